//===- Preprocess.h - scale, mean and deviation of samples -------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef RUNTIME_DATA_PREPROCESS_H
#define RUNTIME_DATA_PREPROCESS_H

#include "runtime/reference/Result.h"
#include "runtime/reference/Tensor.h"

#include <string_view>

namespace weft::data {

/// `y = (x · scale − mean) / std`, each one number, or one per channel (dimension 1).
struct Preprocess {
  std::vector<double> scale = {1}, mean = {0}, deviation = {1};

  bool isIdentity() const;
};

/// Parses `scale=1/255,mean=0.5,0.4,0.3,std=1/4`: keys scale, mean and std in any order, numbers or fractions; an item
/// without a key continues the list before it. Empty text is the identity.
reference::Result<Preprocess> parsePreprocess(std::string_view text);

/// Applies it to samples `[N, C, …]`. The result is f32 whatever the input's type: computed in f64, rounded once.
/// The identity keeps floats as they are. Error if a list has not one entry per channel.
reference::Result<reference::Tensor> applyPreprocess(const Preprocess &preprocess, const reference::Tensor &samples);

} // namespace weft::data

#endif // RUNTIME_DATA_PREPROCESS_H
