//===- Stages.cpp - netlists as pipelines -----------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "dialects/Lut/IR/LutOps.h"

#include <algorithm>

namespace weft::lut {

Stages stagesOf(const reference::LutNetwork &network, int64_t levels) {
  Stages stages;
  const std::vector<int32_t> level = network.levels();
  int64_t depth = 0;
  for (int32_t output : network.outputs)
    depth = std::max<int64_t>(depth, level[output]);
  if (levels > 0)
    stages.count = std::max<int64_t>(1, (depth + levels - 1) / levels);
  for (int32_t s = 0; s < network.signals(); ++s) {
    const int64_t stage = levels > 0 && level[s] > 0 ? (level[s] - 1) / levels : 0;
    stages.of.push_back(static_cast<int32_t>(std::min(stage, stages.count - 1)));
  }
  // The last stage in which a signal is read; outputs are read behind the last.
  std::vector<int64_t> last(network.signals(), -1);
  for (size_t t = 0; t < network.tables.size(); ++t)
    for (int k = 0; k < network.tables[t].arity; ++k) {
      int64_t &read = last[network.tables[t].fanIns[k]];
      read = std::max<int64_t>(read, stages.of[network.inputs + t]);
    }
  for (int32_t output : network.outputs)
    last[output] = stages.count;
  stages.registers.resize(stages.count);
  for (int32_t s = 0; s < network.signals(); ++s)
    if (s < network.inputs || network.tables[s - network.inputs].arity > 0) // constants need none
      for (int64_t k = stages.of[s]; k < last[s]; ++k)
        stages.registers[k].push_back(s);
  return stages;
}

} // namespace weft::lut
