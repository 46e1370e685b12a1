//===- Scheme.h - the registry of compression schemes -------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_COMPRESSION_SCHEME_H
#define PASSES_COMPRESSION_SCHEME_H

#include "dialects/Nn/IR/NnOps.h"
#include "llvm/ADT/ArrayRef.h"
#include "passes/Compression/Recipe.h"

namespace weft::compression {

/// A parameter of a scheme, as recipes may give it.
struct SchemeParameter {
  enum class Kind { integer, flag, choice };
  std::string name;
  Kind kind = Kind::integer;
  std::string defaultValue;
  int64_t least = 0, greatest = 0;
  std::vector<std::string> choices;
};

/// A way to compress weights. A new one is a file with a function that returns it, and a row in `schemes()`.
struct Scheme {
  std::string name;
  std::vector<SchemeParameter> parameters;
  /// Rewrites the weight of one layer. Failure with a diagnostic on the layer.
  mlir::LogicalResult (*compress)(nn::WeightedOp layer, const RecipeStep &step) = nullptr;
};

/// All schemes.
llvm::ArrayRef<Scheme> schemes();
const Scheme *findScheme(llvm::StringRef name);

/// Checks the parameters of a step and fills in defaults.
llvm::Error completeStep(RecipeStep &step);

/// The three candidates with the least edit distance, nearest first.
std::vector<std::string> nearest(llvm::StringRef text, llvm::ArrayRef<std::string> candidates);

// One function per scheme.
Scheme clusterScheme();

} // namespace weft::compression

#endif // PASSES_COMPRESSION_SCHEME_H
