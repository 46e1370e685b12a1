//===- Codec.cpp - what compressed weights evaluate to ----------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "runtime/reference/Codec.h"

#include <type_traits>

namespace weft::reference {

Result<Tensor> lookup(const Tensor &codes, const Tensor &codebook) {
  if (!codes.type().isInteger() || codes.rank() < 1 || codebook.rank() != 2 || codebook.dim(0) < 1 ||
      codes.dim(0) % codebook.dim(0) != 0)
    return error("expected integer codes [R, ...] and a codebook [G, K] with G dividing R, found ", codes.type().name(),
                 " ", toString(codes.shape()), " and ", toString(codebook.shape()), " (A9)");
  const int64_t rows = codes.dim(0), groups = codebook.dim(0), entries = codebook.dim(1);
  const int64_t inner = rows ? codes.size() / rows : 0;
  for (int64_t code : codes.integers())
    if (code < 0 || code >= entries)
      return error("code ", code, " is outside of a codebook of ", entries, " entries (A9)");
  Tensor w(codebook.type(), codes.shape());
  w.visit([&](auto &out) {
    const auto &book = codebook.values<typename std::decay_t<decltype(out)>::value_type>();
    for (int64_t r = 0; r < rows; ++r)
      for (int64_t i = r * inner; i < (r + 1) * inner; ++i)
        out[i] = book[(r * groups / rows) * entries + codes.integers()[i]];
  });
  return w;
}

Result<Tensor> scatter(const Tensor &values, const Tensor &mask) {
  if (values.rank() != 1 || !mask.type().isInteger() || mask.type().bits != 1)
    return error("expected values [E] and a mask of ui1, found ", toString(values.shape()), " and ", mask.type().name(), " (A11)");
  int64_t set = 0;
  for (int64_t m : mask.integers())
    set += m;
  if (set != values.size())
    return error("the mask has ", set, " elements set, expected one for each of ", values.size(), " values (A11)");
  Tensor w(values.type(), mask.shape());
  w.visit([&](auto &out) {
    const auto &value = values.values<typename std::decay_t<decltype(out)>::value_type>();
    size_t k = 0;
    for (size_t i = 0; i < out.size(); ++i)
      if (mask.integers()[i])
        out[i] = value[k++];
  });
  return w;
}

} // namespace weft::reference
