//===- CpuBackend.h - native code for a network ------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef BACKENDS_CPU_CPUBACKEND_H
#define BACKENDS_CPU_CPUBACKEND_H

#include "mlir/IR/BuiltinOps.h"
#include "runtime/reference/Tensor.h"
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace weft::cpu {

struct CpuOptions {
  /// "host" (or "native"), a processor LLVM knows for the host's architecture ("x86-64", "x86-64-v3",
  /// "sapphirerapids"), or "triple:processor" for another machine.
  std::string cpu = "host";
  /// Function to compile: main (float) or core (integers).
  std::string entry = "main";
  /// Batches that get code of their own, besides 1. A result never depends on the tile it was computed in.
  std::vector<int64_t> batchTiles = {16};
  /// Most threads that share the work, from OpenMP's pool; the bits are the same for any number. With 1 the code needs no library.
  int threads = 1;
  /// Multiply-adds (or what costs as much) of a layer from which threads share it: below, waiting for each other costs more than it saves
  /// (test/bench/zoo.py --threads 1,2).
  int64_t leastSharedWork = 1 << 20;
  /// How far a layer's results may be from those of sums in order, as a part of their greatest magnitude (Kernels/Winograd.h).
  double tolerance = 0;
  /// Every operation's value is kept and can be observed; nothing is fused. For finding the first divergence.
  bool keepIntermediates = false;
};

/// An input or output: integers in the next of 8, 16, 32 or 64 bits, f16 and bf16 as f32, row-major.
struct TensorSpec {
  std::string name;
  reference::ElementType type;
  /// −1 where the model leaves a dimension open.
  reference::Shape shape;
  /// Bytes of one stored element.
  int64_t elementBytes() const;
};

/// A layer over bit planes, of which a run may use the upper ones alone (A16).
struct PlaneSetting {
  std::string layer;
  int64_t planes;
};

/// Sees the value of an operation of the model: its `nn.name` (or operation name), its location, its elements.
using ValueObserver = std::function<void(const std::string &name, const std::string &location, const reference::Tensor &)>;

/// A network compiled for this process. `run` may be called from several threads.
class CpuModel {
public:
  virtual ~CpuModel();
  virtual const std::vector<TensorSpec> &inputs() const = 0;
  virtual const std::vector<TensorSpec> &outputs() const = 0;
  /// The layers whose planes can be cut.
  virtual const std::vector<PlaneSetting> &planeSettings() const = 0;
  /// How many planes of each of them count in later runs: 2 to what there are. Not while a run is going on.
  virtual void setPlanes(const std::vector<int64_t> &kept) = 0;
  /// Outputs for inputs that agree with the specification in all but dimension 0, which counts samples, and the open
  /// dimensions, for which code is compiled when they are first met. Failure after a diagnostic.
  virtual mlir::FailureOr<std::vector<reference::Tensor>> run(const std::vector<reference::Tensor> &inputs) = 0;
  /// The same without conversion, for models whose only open dimension is the samples': `n` samples in the layout of
  /// `TensorSpec`. Failure if the model has other open dimensions.
  virtual mlir::LogicalResult run(const void *const *inputs, void *const *outputs, int64_t n) = 0;
  /// Runs one sample and shows each operation's value, in order. Needs `keepIntermediates`.
  virtual mlir::FailureOr<std::vector<reference::Tensor>> observe(const std::vector<reference::Tensor> &inputs,
                                                                  const ValueObserver &observer) = 0;
};

/// Compiles a function of an nn (and codec) module for this machine, or a lesser one it can stand in for. The module
/// must live as long as the model if it has open dimensions.
mlir::FailureOr<std::unique_ptr<CpuModel>> jit(mlir::ModuleOp module, const CpuOptions &options = {});

/// Greatest `CpuOptions::threads`.
constexpr int kMostThreads = 256;

/// Writes `outDir/cpu/`: `<name>.o`, `lib<name>.so` (if a C compiler is found and the target is this machine's kind),
/// `<name>.h` and `main.c`. @main and, where there is one, @core. Failure after a diagnostic.
mlir::LogicalResult emitPackage(mlir::ModuleOp module, llvm::StringRef name, const CpuOptions &options, llvm::StringRef outDir);

} // namespace weft::cpu

#endif // BACKENDS_CPU_CPUBACKEND_H
