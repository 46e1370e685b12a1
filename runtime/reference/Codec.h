//===- Codec.h - what compressed weights evaluate to ------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef RUNTIME_REFERENCE_CODEC_H
#define RUNTIME_REFERENCE_CODEC_H

#include "runtime/reference/Result.h"
#include "runtime/reference/Tensor.h"

namespace weft::reference {

/// A9: `w[r, …] = codebook[r·G/R, codes[r, …]]`; codes `[R, …]`, codebook `[G, K]` of any type, G divides R. Error if a
/// code is K or more. Source: Samragh et al., FCCM 2017.
Result<Tensor> lookup(const Tensor &codes, const Tensor &codebook);

/// A11: the k-th set element of the mask, in row-major order, gets `values[k]`, all others 0; values `[E]` of any type, mask of
/// ui1 in the weight's shape. Error if the mask does not have E elements set.
Result<Tensor> scatter(const Tensor &values, const Tensor &mask);

} // namespace weft::reference

#endif // RUNTIME_REFERENCE_CODEC_H
