//===- RecognizeMask.h - masks that are in a weight already -------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_COMPRESSION_RECOGNIZEMASK_H
#define PASSES_COMPRESSION_RECOGNIZEMASK_H

#include "dialects/Nn/IR/NnOps.h"
#include "runtime/reference/Tensor.h"

#include <optional>

namespace weft::compression {

/// `weight`, the value of `leaf`, as a scatter of its elements that are not zero, built before the leaf's owner; nothing where that would not be
/// smaller than the weight, or than codes into a codebook of up to `entries` values; half of that, where no unit exploits the mask. Of masks that
/// are equally small the more regular one: clash-free, whole rows and columns, N of every M, a bit per weight. Values may be zeros, too.
std::optional<mlir::Value> recognizeMask(nn::WeightedOp layer, mlir::OpOperand &leaf, const reference::Tensor &weight, size_t entries);

} // namespace weft::compression

#endif // PASSES_COMPRESSION_RECOGNIZEMASK_H
