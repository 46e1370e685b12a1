//===- Recipe.h - what is compressed how ------------------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_COMPRESSION_RECIPE_H
#define PASSES_COMPRESSION_RECIPE_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "mlir/IR/BuiltinOps.h"
#include "runtime/reference/Tensor.h"

#include <map>
#include <string>
#include <vector>

namespace weft::compression {

/// One step: a scheme with all its parameters (defaults filled in), for the layers whose name matches a glob.
struct RecipeStep {
  std::string scheme;
  std::map<std::string, std::string> parameters;
  std::vector<std::string> layers{"*"};

  int64_t integer(llvm::StringRef name) const;
  double real(llvm::StringRef name) const;
  bool flag(llvm::StringRef name) const { return text(name) == "true"; }
  llvm::StringRef text(llvm::StringRef name) const;
  bool matches(llvm::StringRef layer) const;
};

/// Steps, applied from first to last. A later one encodes the value leaves of the expressions that earlier ones left: `tensor-train,cluster`
/// clusters the cores. A step with the scheme of an expression that is there already encodes what that evaluates to anew.
using Recipe = std::vector<RecipeStep>;

/// Parses the short form: `cluster{k=16 layers=fc*|conv1},cluster{k=8}`. Parameters are separated by spaces, and checked
/// against the scheme: an error names what is known, what is nearest and what is legal.
llvm::Expected<Recipe> parseRecipe(llvm::StringRef text);

/// Parses YAML: a list of mappings `{scheme: cluster, k: 16, layers: [fc1, fc2]}`. `name` is the file, for errors.
llvm::Expected<Recipe> parseRecipeYaml(llvm::StringRef text, llvm::StringRef name);

/// Applies every step to the weights of `module`. Failure with a diagnostic; a glob that matches no layer is one.
/// Remarks say for each layer what became of it. `calibration` are samples (a tensor per input of @main) for steps that choose by the error of results.
mlir::LogicalResult applyRecipe(mlir::ModuleOp module, const Recipe &recipe, llvm::ArrayRef<reference::Tensor> calibration = {});

} // namespace weft::compression

#endif // PASSES_COMPRESSION_RECIPE_H
