//===- Conv.h - convolutions --------------------------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_IMPORT_OPS_CONV_H
#define COMPILER_IMPORT_OPS_CONV_H

#include "compiler/Import/Node.h"

namespace weft::import {

/// nn.conv with Conv's attributes of the node; a null bias is zero.
mlir::Value convolution(Node &node, mlir::Value x, mlir::Value weight, mlir::Value bias);

} // namespace weft::import

#endif // COMPILER_IMPORT_OPS_CONV_H
