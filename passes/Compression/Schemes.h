//===- Schemes.h - the compression schemes a recipe may name ----------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_COMPRESSION_SCHEMES_H
#define PASSES_COMPRESSION_SCHEMES_H

#include "dialects/Nn/IR/NnOps.h"
#include "passes/Compression/Recipe.h"
#include "runtime/reference/Tensor.h"

#include <functional>
#include <optional>

namespace weft::compression {

/// An option of a scheme: a whole number in a range, one of some words, or true/false (then the words).
struct SchemeOption {
  llvm::StringLiteral name;
  llvm::StringLiteral byDefault;
  llvm::StringLiteral help;
  /// Range of a whole number; not one where `words` are given.
  int64_t least = 0, greatest = 0;
  std::vector<llvm::StringLiteral> words = {};
};

/// What a compression did to one layer.
struct SchemeEffect {
  /// Σ (w − ŵ)² over the weight.
  double squaredError = 0;
};

/// Rewrites the weight of one layer, whose f32 values are given, by an expression. Error: an option does not fit it.
using ApplyScheme = reference::Result<SchemeEffect> (*)(nn::WeightedOp layer, const reference::Tensor &weight, const RecipeStep &step);

/// A scheme: its name in recipes, its options, and what it does. A new one is a file and a line in `schemes()`.
struct Scheme {
  llvm::StringLiteral name;
  llvm::StringLiteral summary;
  std::vector<SchemeOption> options;
  ApplyScheme apply;
};

/// All schemes, in the order of the documentation.
llvm::ArrayRef<Scheme> schemes();

/// The scheme of that name; error: none, with the names that are known.
reference::Result<const Scheme *> findScheme(llvm::StringRef name);

/// Error unless each option of `step` is one of the scheme's with a value in range.
std::optional<reference::Error> checkOptions(const Scheme &scheme, const RecipeStep &step);

/// The value of an option, or its default. The step has passed `checkOptions`.
std::string optionText(const Scheme &scheme, const RecipeStep &step, llvm::StringRef name);
int64_t optionNumber(const Scheme &scheme, const RecipeStep &step, llvm::StringRef name);

} // namespace weft::compression

#endif // PASSES_COMPRESSION_SCHEMES_H
