//===- Evaluator.h - runs nn and codec IR on the reference interpreter ----*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_EVALUATION_EVALUATOR_H
#define PASSES_EVALUATION_EVALUATOR_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "runtime/reference/Result.h"
#include "runtime/reference/Tensor.h"

#include <functional>
#include <memory>
#include <vector>

namespace weft::evaluation {

using reference::Tensor;

/// Sees each value when it is computed: arguments, constants and results of operations, in the order of the IR.
using Observer = std::function<void(mlir::Value, const Tensor &)>;

/// Computes the single result of an nn or codec operation from its operands. Error without a location: the
/// operation is not one of them, or its operands do not go together.
reference::Result<Tensor> evaluateOp(mlir::Operation *op, llvm::ArrayRef<const Tensor *> operands);

/// Evaluates `value` if constants are all it depends on, through nn and codec operations. Error else.
reference::Result<Tensor> evaluateConstant(mlir::Value value);

/// The constant an operation with one result folds to, or null if it depends on more than constants or cannot be
/// evaluated. Emits nothing. For folders of large constants: everything is computed.
mlir::ElementsAttr foldConstant(mlir::Operation *op);

/// Runs functions of nn and codec operations, `func.call` and `func.return`. Decoded constants, and what depends on
/// constants alone, are kept from run to run: the IR must not change between runs (make a new Evaluator after a pass).
/// Not for several threads.
class Evaluator {
public:
  /// Results of `function` for `inputs`, which must agree with its argument types; dynamic dimensions are taken from the
  /// inputs. A value is freed after its last use. Failure with a diagnostic on the operation that cannot be evaluated.
  mlir::FailureOr<std::vector<Tensor>> evaluate(mlir::func::FuncOp function, llvm::ArrayRef<Tensor> inputs,
                                                const Observer &observer = nullptr);

  /// As `evaluate`, for any number of samples (dimension 0 of each input): where an argument's dimension 0 is static,
  /// say 1, the samples are fed in batches of that many, and results are concatenated along dimension 0. `batch` is
  /// the batch size of dynamic functions; 0 is all samples at once. The number of samples must be a multiple of a static
  /// batch.
  mlir::FailureOr<std::vector<Tensor>> evaluateSamples(mlir::func::FuncOp function, llvm::ArrayRef<Tensor> inputs,
                                                       const Observer &observer = nullptr, int64_t batch = 0);

private:
  using Shared = std::shared_ptr<const Tensor>;
  struct Frame;
  mlir::FailureOr<std::vector<Shared>> run(mlir::func::FuncOp function, std::vector<Shared> arguments,
                                           const Observer &observer);
  mlir::LogicalResult step(mlir::Operation &op, Frame &frame, const Observer &observer);
  mlir::FailureOr<Shared> constant(mlir::Operation &op, mlir::ElementsAttr elements);

  llvm::DenseMap<mlir::Attribute, Shared> constants;
  llvm::DenseMap<mlir::Value, Shared> constantResults;
  int depth = 0;
};

} // namespace weft::evaluation

#endif // PASSES_EVALUATION_EVALUATOR_H
