//===- Scheme.h - the registry of compression schemes -------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_COMPRESSION_SCHEME_H
#define PASSES_COMPRESSION_SCHEME_H

#include "dialects/Nn/IR/NnOps.h"
#include "llvm/ADT/ArrayRef.h"
#include "passes/Compression/Recipe.h"
#include "runtime/reference/Tensor.h"

#include <functional>

namespace weft::compression {

/// On a layer: its result, after the activation, shall take so many values (passes/Quantization/ClusterActivations.h).
inline constexpr llvm::StringLiteral kActivationEntriesAttr = "codec.activation_entries";

/// A parameter of a scheme, as recipes may give it.
struct SchemeParameter {
  enum class Kind { integer, real, flag, choice, text };
  std::string name;
  Kind kind = Kind::integer;
  std::string defaultValue;
  /// Bounds of an integer or a real.
  double least = 0, greatest = 0;
  std::vector<std::string> choices;
  /// Checks a text: empty where it is legal, else what was expected ("N:M with N < M, such as 2:4").
  std::string (*check)(llvm::StringRef text) = nullptr;
};

/// What a step encodes: the weight of a layer, or a value leaf of the expression that earlier steps left.
struct EncodeTarget {
  mutable nn::WeightedOp layer; // operation handles have no const methods
  /// The operand that is replaced.
  mlir::OpOperand &leaf;
  /// What it evaluates to. The weight: `[R, …]` with R output channels.
  reference::Tensor value;
  /// It is all of the layer's weight (perhaps behind a dequantize).
  bool isWeight = true;
  /// For steps that ask for it (`Scheme::needsSamples`): OutputErrors::of another weight for the layer.
  std::function<double(const reference::Tensor &)> outputError = nullptr;

  /// The name of the layer, for errors.
  llvm::StringRef name() const { return nn::layerName(layer); }
  /// "layer 'fc1': " as the beginning of an error on the layer.
  mlir::InFlightDiagnostic error() const;
};

/// A way to compress weights. A new one is a file with a function that returns it, and a row in `schemes()`.
struct Scheme {
  /// What it can encode: any value leaf, only a layer's whole weight (its rows and columns matter), or nothing: the layer is
  /// marked for a later pass.
  enum class Scope { leaf, weight, layer };
  std::string name;
  std::vector<SchemeParameter> parameters;
  Scope scope = Scope::leaf;
  /// The expression for a leaf or weight, of the leaf's type, built before the leaf's owner. The caller puts it in place, says
  /// what it saved and lost, and erases what nothing uses any more. Failure with a diagnostic on the layer; a null value where the
  /// layer stays as it is, after a remark.
  mlir::FailureOr<mlir::Value> (*encode)(const EncodeTarget &target, const RecipeStep &step) = nullptr;
  /// Where `isJoint` says so, the leaves of all layers of a step are encoded together, in the order of the IR.
  bool (*isJoint)(const RecipeStep &step) = nullptr;
  mlir::FailureOr<llvm::SmallVector<mlir::Value>> (*encodeJointly)(llvm::ArrayRef<EncodeTarget> targets, const RecipeStep &step) = nullptr;
  /// Whether a step chooses by the error of results, which needs samples.
  bool (*needsSamples)(const RecipeStep &step) = nullptr;
  /// For scope `layer`.
  mlir::LogicalResult (*mark)(nn::WeightedOp layer, const RecipeStep &step) = nullptr;
};

/// All schemes.
llvm::ArrayRef<Scheme> schemes();
const Scheme *findScheme(llvm::StringRef name);

/// Checks the parameters of a step and fills in defaults.
llvm::Error completeStep(RecipeStep &step);

/// The three candidates with the least edit distance, nearest first.
std::vector<std::string> nearest(llvm::StringRef text, llvm::ArrayRef<std::string> candidates);

/// Puts `expression` where the target's leaf was; a remark says what that saves and loses. Erases nothing: expressions that are not in place yet
/// have no uses.
void replaceLeaf(const EncodeTarget &target, mlir::Value expression);

/// Runs the short form `text` on a module: the body of each scheme's own pass.
mlir::LogicalResult applyStep(mlir::ModuleOp module, llvm::StringRef text);

// One function per scheme.
Scheme bitplanesScheme();
Scheme blockPruneScheme();
Scheme circulantScheme();
Scheme clusterActivationsScheme();
Scheme clusterScheme();
Scheme deltaScheme();
Scheme entropyScheme();
Scheme lutScheme();
Scheme powerOfTwoScheme();
Scheme sparsityScheme();
Scheme tensorTrainScheme();

} // namespace weft::compression

#endif // PASSES_COMPRESSION_SCHEME_H
