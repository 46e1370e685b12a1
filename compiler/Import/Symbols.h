//===- Symbols.h - symbolic dimensions while a model is imported -------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_IMPORT_SYMBOLS_H
#define COMPILER_IMPORT_SYMBOLS_H

#include "compiler/Import/HostTensor.h"
#include "mlir/IR/Value.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringMap.h"
#include <optional>

namespace weft::import {

/// A number known up to dynamic dimensions: `factor` times a product of symbols. `[batch, 4·batch, 7]`.
struct Dim {
  int64_t factor = 0;
  llvm::SmallVector<unsigned, 2> symbols; // sorted, with repetition

  Dim() = default;
  Dim(int64_t value) : factor(value) {} // implicit: most dimensions are numbers
  static Dim symbol(unsigned id) {
    Dim d(1);
    d.symbols.push_back(id);
    return d;
  }

  bool isKnown() const { return symbols.empty(); }
  bool operator==(const Dim &o) const { return factor == o.factor && symbols == o.symbols; }
  bool operator!=(const Dim &o) const { return !(*this == o); }
};

/// The product, and the quotient where it is exact; nothing on overflow or a remainder.
std::optional<Dim> multiply(const Dim &a, const Dim &b);
std::optional<Dim> divideExactly(const Dim &a, const Dim &b);
/// Product of all; nothing on overflow.
std::optional<Dim> product(llvm::ArrayRef<Dim> dims);

/// A small integer tensor of shape arithmetic; elements may be symbolic.
struct SmallTensor {
  llvm::SmallVector<int64_t, 2> shape;
  llvm::SmallVector<Dim> elements;
  mlir::Type elementType;

  /// Larger tensors are data, not shapes.
  static constexpr int64_t kMaxElements = 4096;
  static std::optional<SmallTensor> of(const HostTensor &constant);
  bool isKnown() const;
  /// The constant, if every element is known.
  std::optional<HostTensor> constant() const;
};

/// Gives dynamic dimensions of values their symbols. Two dimensions with one symbol are equal for every input.
class Symbols {
public:
  /// The symbol of a name in the ONNX file (`dim_param`); a fresh one if the name is empty.
  unsigned named(llvm::StringRef name);
  llvm::StringRef name(unsigned symbol) const { return names[symbol]; }

  /// Says what dimension i of a value is, where tracing cannot know (arguments, reshapes).
  void set(mlir::Value value, int64_t i, const Dim &dim) { known[{value, i}] = dim; }
  /// Dimension i of a value: a number, or traced through the operations that made the value.
  Dim dim(mlir::Value value, int64_t i);
  llvm::SmallVector<Dim> dims(mlir::Value value);

private:
  Dim trace(mlir::Value value, int64_t i);
  llvm::DenseMap<std::pair<mlir::Value, int64_t>, Dim> known;
  llvm::StringMap<unsigned> byName;
  std::vector<std::string> names;
};

} // namespace weft::import

#endif // COMPILER_IMPORT_SYMBOLS_H
