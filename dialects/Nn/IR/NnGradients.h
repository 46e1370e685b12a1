//===- NnGradients.h - what gradients need beyond inference ------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef DIALECTS_NN_IR_NNGRADIENTS_H
#define DIALECTS_NN_IR_NNGRADIENTS_H

#include "dialects/Nn/IR/NnOps.h"

#define GET_OP_CLASSES
#include "dialects/Nn/IR/NnGradients.h.inc"

#endif // DIALECTS_NN_IR_NNGRADIENTS_H
