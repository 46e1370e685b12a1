//===- PlaneCut.h - layers with fewer bit planes ------------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_COMPRESSION_PLANECUT_H
#define PASSES_COMPRESSION_PLANECUT_H

#include "dialects/Codec/IR/CodecOps.h"
#include "dialects/Nn/IR/NnOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/Error.h"

#include <optional>

namespace weft::compression {

/// Of a linear operator over integers: the zero point of its input, where that is not 0. A cut takes its share from the bias (A16).
inline constexpr llvm::StringLiteral kZeroPointAttr = "codec.zero_point";

/// The fewest planes that a cut leaves.
inline constexpr int64_t kLeastPlanes = 2;

/// An integer nn.linear whose weight is bit planes that can be cut (A16): planes and bias are constants, nobody else uses the weight, and
/// the sums are requantized, so their type may grow.
class PlaneLayer {
public:
  static std::optional<PlaneLayer> of(mlir::Operation *op);

  mlir::StringRef name() { return nn::layerName(linear); }
  int64_t planes() { return weight.getPlaneCount(); }
  /// The weights [R, K] with the upper `kept` planes.
  std::vector<int64_t> weights(int64_t kept);
  /// The bias [R] that goes with them.
  std::vector<int64_t> bias(int64_t kept);
  /// Widens the accumulator to hold the sums of every cut; its bits.
  unsigned holdEveryCut();
  /// Replaces weight and bias; the layer is used up.
  void cut(int64_t kept);

  nn::LinearOp linear;
  codec::BitplanesOp weight;

private:
  void setBias(mlir::IntegerType type, std::vector<int64_t> values);
  std::vector<int64_t> codes; // of the planes
};

/// The layers of everything below `root`, in order.
llvm::SmallVector<PlaneLayer> planeLayers(mlir::Operation *root);

/// Planes to keep: of the layer of that name, or of every layer.
struct PlaneRequest {
  std::string layer; ///< empty: every layer
  int64_t planes = 0;
};

/// How many planes layers keep, by their names.
using PlaneCuts = std::vector<std::pair<std::string, int64_t>>;

/// What requests mean for the layers of a module; later ones win. A number for every layer is at most all of its planes. Fails with a text for
/// the user if a layer has no planes, or not so many.
llvm::Expected<PlaneCuts> planeCuts(mlir::ModuleOp module, llvm::ArrayRef<PlaneRequest> requests);

/// Cuts the layers of these names.
void cutPlanes(mlir::ModuleOp module, const PlaneCuts &cuts);

} // namespace weft::compression

#endif // PASSES_COMPRESSION_PLANECUT_H
