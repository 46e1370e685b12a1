//===- StreamOrder.h - the order in which hardware sees a row of a weight -----*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_COMPRESSION_STREAMORDER_H
#define PASSES_COMPRESSION_STREAMORDER_H

#include "dialects/Nn/IR/NnOps.h"

namespace weft::compression {

/// C of rule D3: how many channels a row of the layer's weight has in stream order, where position p = s·C + c is column c·S + s. For a
/// convolution the second dimension of its weight; for a linear layer behind a flatten of `[N, C, …]` that C; 0 where positions are columns.
int64_t streamChannels(nn::WeightedOp layer);

} // namespace weft::compression

#endif // PASSES_COMPRESSION_STREAMORDER_H
