//===- CoreExecutor.h - the four executors of an integer core --------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_DRIVER_COREEXECUTOR_H
#define COMPILER_DRIVER_COREEXECUTOR_H

#include "compiler/Driver/Samples.h"
#include "compiler/Driver/Session.h"
#include <memory>
#include <optional>

namespace weft::driver {

/// What one layer gave for all frames.
struct LayerValue {
  std::string layer;
  reference::Tensor value;
};

/// What one executor gave.
struct CoreRun {
  Tensors outputs;
  /// In the order of the core, if they were asked for.
  std::vector<LayerValue> layers;
  /// Cycles that a simulation of hardware counted.
  std::optional<int64_t> latency, interval;
};

/// What `weft verify` compares: bits for bits.
class CoreExecutor {
public:
  virtual ~CoreExecutor();
  /// "reference", "native", "hls", "rtl", "rtl, stalled".
  virtual std::string name() const = 0;
  /// Asking for layers does not change what is run (native code fuses layers unless they are asked for).
  virtual bool layersAreFree() const { return true; }
  /// Codes in, codes out; dimension 0 counts frames. `withLayers`: every layer's result too.
  virtual llvm::Expected<CoreRun> run(const Tensors &codes, bool withLayers) = 0;
};

/// Executors of one kind ("rtl" has two: without and with stalls). Exit code 5: a program is missing. `model` is an output
/// folder's and must outlive them.
llvm::Expected<std::vector<std::unique_ptr<CoreExecutor>>> makeCoreExecutors(llvm::StringRef kind, const LoadedModel &model,
                                                                             const VerifyOptions &options);

} // namespace weft::driver

#endif // COMPILER_DRIVER_COREEXECUTOR_H
