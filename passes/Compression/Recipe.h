//===- Recipe.h - what is compressed, how and in which order ----------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_COMPRESSION_RECIPE_H
#define PASSES_COMPRESSION_RECIPE_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "runtime/reference/Result.h"

#include <string>
#include <utility>
#include <vector>

namespace weft::compression {

/// One scheme on some layers.
struct RecipeStep {
  std::string scheme;
  /// Glob pattern over layer names.
  std::string layers = "*";
  /// In the order they were written.
  std::vector<std::pair<std::string, std::string>> options;
};

/// Steps, applied from first to last.
struct Recipe {
  std::vector<RecipeStep> steps;
  bool empty() const { return steps.empty(); }
};

/// The short form: schemes joined by commas, options in braces separated by spaces, one of them `layers=<pattern>`:
/// `cluster{k=16 layers=fc*},cluster{k=8}`. Error: syntax, an unknown scheme or option, a value out of range; the message
/// names what is known or nearest.
reference::Result<Recipe> parseRecipe(llvm::StringRef text);

/// The same as YAML: a list of steps, each a map with `scheme`, and beside it `layers` and the scheme's options.
/// `name` is the file's name in messages.
///
/// ```yaml
/// - scheme: cluster
///   layers: fc*
///   k: 16
/// ```
reference::Result<Recipe> parseRecipeYaml(llvm::StringRef text, llvm::StringRef name);

/// The short form of a recipe; parses back to the same.
std::string printRecipe(const Recipe &recipe);

/// Compresses the layers of a function. Layers whose weight is no constant (compressed or quantized already) are passed over
/// with a remark. Failure with a diagnostic: a pattern that matches no layer, an option that does not fit a layer.
mlir::LogicalResult applyRecipe(mlir::func::FuncOp function, const Recipe &recipe);

} // namespace weft::compression

#endif // PASSES_COMPRESSION_RECIPE_H
