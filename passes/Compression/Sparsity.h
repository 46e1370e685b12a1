//===- Sparsity.h - weights as kept values and a mask ---------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_COMPRESSION_SPARSITY_H
#define PASSES_COMPRESSION_SPARSITY_H

#include "passes/Compression/Algorithms/Interleaver.h"
#include "passes/Compression/Algorithms/Pruning.h"
#include "passes/Compression/Scheme.h"

namespace weft::compression {

/// A weight as rows of positions in stream order, and what is built of it.
class SparseWeight {
public:
  /// `channels`: as streamChannels() says. `weight` is `[R, K…]`, of any type.
  SparseWeight(mlir::OpBuilder builder, mlir::Location loc, llvm::StringRef name, const reference::Tensor &weight, int64_t channels);

  int64_t rows() const { return rowCount; }
  int64_t columns() const { return columnCount; }
  /// [R, K] by position.
  const std::vector<float> &positions() const { return byPosition; }

  /// The masks, in the weight's shape.
  mlir::Value interleave(const InterleaverTables &tables, int64_t fanOut);
  mlir::Value random(uint64_t seed, int64_t edges);
  mlir::Value structuredRandom(uint64_t seed, int64_t fanIn);
  mlir::Value nm(const std::vector<int64_t> &indices, int64_t n, int64_t m);
  mlir::Value blocks(const BlockChoice &choice, int64_t h, int64_t w);
  /// A bit per weight, by position.
  mlir::Value bits(const std::vector<bool> &kept);

  /// The weight's values where the mask is set, and the mask.
  mlir::Value scatter(mlir::Value mask);

private:
  mlir::Value indices(llvm::StringRef what, reference::Shape shape, const std::vector<int64_t> &values, int64_t count);
  mlir::Value seedOf(uint64_t seed);
  mlir::RankedTensorType maskType();

  mlir::OpBuilder builder;
  mlir::Location loc;
  std::string name;
  const reference::Tensor &weight;
  int64_t channels, rowCount, columnCount;
  std::vector<float> byPosition;
};

/// The share of Σ w² that an expression over `weight` keeps.
double keptEnergy(const reference::Tensor &weight, mlir::Value expression);
/// Remarks how much of it the mask of a layer's weight keeps.
void remarkKeptEnergy(const EncodeTarget &target, mlir::Value expression);

} // namespace weft::compression

#endif // PASSES_COMPRESSION_SPARSITY_H
