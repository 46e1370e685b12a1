//===- Compile.cpp - from a prepared function to an object ----------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "backends/Cpu/Compile.h"
#include "backends/Cpu/Emitter.h"
#include "dialects/Lut/IR/LutOps.h"
#include "dialects/Nn/IR/NnOps.h"
#include "passes/Evaluation/Elements.h"

using namespace mlir;
using namespace weft;
using namespace weft::cpu;

int64_t TensorSpec::elementBytes() const {
  if (type.isFloat())
    return type.bits == 64 ? 8 : 4;
  return type.bits <= 8 ? 1 : type.bits <= 16 ? 2 : type.bits <= 32 ? 4 : 8;
}

static TensorSpec specOf(Type type, StringAttr name, StringRef fallback, size_t i) {
  auto tensor = cast<RankedTensorType>(type);
  TensorSpec spec;
  spec.name = name ? name.str() : fallback.str() + std::to_string(i);
  if (auto element = evaluation::elementTypeOf(tensor.getElementType()))
    spec.type = *element;
  for (int64_t d : tensor.getShape())
    spec.shape.push_back(ShapedType::isDynamic(d) ? -1 : d);
  return spec;
}

std::vector<TensorSpec> cpu::inputSpecs(func::FuncOp func) {
  std::vector<TensorSpec> specs;
  for (auto [i, type] : llvm::enumerate(func.getArgumentTypes()))
    specs.push_back(specOf(type, func.getArgAttrOfType<StringAttr>(i, nn::kNameAttr), "input", i));
  return specs;
}

std::vector<TensorSpec> cpu::outputSpecs(func::FuncOp func) {
  std::vector<TensorSpec> specs;
  for (auto [i, type] : llvm::enumerate(func.getResultTypes()))
    specs.push_back(specOf(type, func.getResultAttrOfType<StringAttr>(i, nn::kNameAttr), "output", i));
  return specs;
}

bool cpu::onlySamplesAreOpen(func::FuncOp func) {
  for (const TensorSpec &spec : inputSpecs(func))
    for (size_t d = 0; d < spec.shape.size(); ++d)
      if ((spec.shape[d] < 0) != (d == 0))
        return false;
  return func.getNumArguments() > 0 && !inputSpecs(func).front().shape.empty();
}

static Shapes withSamples(Shapes shapes, int64_t samples) {
  for (auto &shape : shapes)
    shape[0] = samples;
  return shapes;
}

/// Multiply-adds of all linear (dense) or all conv operations, per sample of a function with static shapes.
template <typename Op>
static int64_t countProducts(func::FuncOp func) {
  int64_t sum = 0;
  func.walk([&](Op op) {
    auto weight = cast<RankedTensorType>(op.getWeight().getType());
    sum += cast<RankedTensorType>(op.getType()).getNumElements() * (weight.getNumElements() / weight.getDimSize(0));
  });
  return sum;
}

/// Several samples at once only help products with weights that are read once per sample; convolutions read theirs per
/// pixel anyway, so there a second copy of the code would buy nothing.
static bool batchingHelps(func::FuncOp one) { return 2 * countProducts<nn::LinearOp>(one) >= countProducts<nn::ConvOp>(one); }

/// Netlists of truth tables evaluate a vector of bits at once, of as many samples, and do not gain from fewer. Two blocks share
/// the reading of the code.
static bool addLutTiles(func::FuncOp func, const TargetInfo &target, std::vector<int64_t> &sizes) {
  if (!func.walk([](lut::NetworkOp) { return WalkResult::interrupt(); }).wasInterrupted())
    return false;
  int64_t block = target.lanes * 32;
  sizes = {2 * block, block, 64, 8};
  return true;
}

/// Functions for the tiles, greatest first; one for the whole shape where the samples cannot be told apart.
static std::vector<Tile> chooseTiles(func::FuncOp func, const Shapes &shapes, const CpuOptions &options,
                                     const TargetInfo &target, bool &isApart) {
  std::vector<Tile> tiles;
  bool open = llvm::all_of(inputSpecs(func), [](const TensorSpec &s) { return !s.shape.empty() && s.shape[0] < 0; });
  if (func.getNumArguments() > 0 && open) {
    func::FuncOp one = specialize(func, withSamples(shapes, 1), /*report=*/false);
    std::vector<int64_t> sizes = options.keepIntermediates ? std::vector<int64_t>{16} : options.batchTiles;
    if (sizes.empty())
      sizes = {16}; // only to learn whether samples are independent
    bool isLut = !options.keepIntermediates && !options.batchTiles.empty() && addLutTiles(func, target, sizes);
    llvm::sort(sizes, std::greater<>());
    bool apart = one != nullptr;
    for (int64_t size : sizes) {
      func::FuncOp many = apart && size > 1 ? specialize(func, withSamples(shapes, size), /*report=*/false) : nullptr;
      if (!many)
        continue; // the model only holds for single samples
      apart = samplesAreIndependent(one, many);
      bool wanted = !options.keepIntermediates && !options.batchTiles.empty() && (isLut || batchingHelps(one));
      if (apart && wanted)
        tiles.push_back({size, many});
      else
        many.erase();
    }
    if (apart) {
      tiles.push_back({1, one});
      isApart = true;
      return tiles;
    }
    if (one)
      one.erase();
    tiles.clear();
  }
  if (func::FuncOp whole = specialize(func, shapes, /*report=*/true))
    tiles.push_back({1, whole});
  return tiles;
}

FailureOr<CompiledUnit> cpu::emitUnit(NativeModule &native, func::FuncOp func, const Shapes &shapes, StringRef prefix,
                                      const CpuOptions &options, const Target &target) {
  CompiledUnit unit;
  std::vector<Tile> tiles = chooseTiles(func, shapes, options, target.info(), unit.apart);
  if (tiles.empty())
    return failure();
  auto collect = [](TypeRange types, Shapes &into) {
    for (Type t : types) {
      auto shape = cast<RankedTensorType>(t).getShape();
      into.emplace_back(shape.begin(), shape.end());
    }
  };
  collect(tiles.back().func.getArgumentTypes(), unit.inputs);
  collect(tiles.back().func.getResultTypes(), unit.outputs);
  auto workspace = emitEntry(native, tiles, prefix, target.info(), options);
  for (Tile &tile : tiles)
    tile.func.erase();
  if (failed(workspace))
    return failure();
  unit.workspaceBytes = *workspace;
  return unit;
}
