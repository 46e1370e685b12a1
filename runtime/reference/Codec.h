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

} // namespace weft::reference

#endif // RUNTIME_REFERENCE_CODEC_H
