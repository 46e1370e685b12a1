//===- CodecOps.cpp - the codec dialect -----------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "dialects/Codec/IR/CodecOps.h"
#include "dialects/Nn/IR/NnOps.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/IR/OpImplementation.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace weft;
using namespace weft::codec;

using Operands = llvm::ArrayRef<const reference::Tensor *>;

#include "dialects/Codec/IR/CodecDialect.cpp.inc"
#include "dialects/Codec/IR/CodecEnums.cpp.inc"
#include "dialects/Codec/IR/CodecInterfaces.cpp.inc"
#define GET_OP_CLASSES
#include "dialects/Codec/IR/CodecOps.cpp.inc"

void CodecDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "dialects/Codec/IR/CodecOps.cpp.inc"
      >();
}

/// Codes that a scheme has quantized itself stand behind their scale, which is no part of the scheme.
static Value withoutScale(Value weight) {
  auto dequantize = weight.getDefiningOp<nn::DequantizeOp>();
  return dequantize ? dequantize.getInput() : weight;
}

int64_t weft::codec::storageBits(Value weight) {
  weight = withoutScale(weight);
  if (auto expression = weight.getDefiningOp<Expression>())
    return expression.getStorageBits();
  auto type = cast<RankedTensorType>(weight.getType());
  return type.getNumElements() * type.getElementTypeBitWidth();
}

std::string weft::codec::schemeName(Value weight) {
  auto expression = weight.getDefiningOp<Expression>();
  if (!expression)
    return "dense";
  std::string name = expression.getSchemeName();
  llvm::SmallVector<std::string> inner;
  for (OpOperand *leaf : expression.getValueLeaves())
    if (withoutScale(leaf->get()).getDefiningOp<Expression>())
      inner.push_back(schemeName(withoutScale(leaf->get())));
  if (!inner.empty())
    name += " of " + inner.front(); // the leaves of a factorization are encoded alike
  for (OpOperand &operand : expression->getOpOperands()) {
    bool isValue = llvm::is_contained(expression.getValueLeaves(), &operand);
    if (auto coded = operand.get().getDefiningOp<HuffmanOp>(); coded && !isValue)
      name += ", " + coded.getSchemeName();
  }
  return name;
}

//===--- clustering -------------------------------------------------------------------===//

llvm::SmallVector<OpOperand *> LookupOp::getValueLeaves() { return {&getCodebookMutable()}; }
OpOperand *LookupOp::getLinearLeaf() { return &getCodebookMutable(); }

std::string LookupOp::getSchemeName() {
  auto codebook = cast<RankedTensorType>(getCodebook().getType());
  std::string name = "cluster{k=" + std::to_string(codebook.getDimSize(1));
  if (codebook.getDimSize(0) > 1)
    name += " groups=" + std::to_string(codebook.getDimSize(0));
  return name + "}";
}

RowGroups LookupOp::getRowGroups(Operands) {
  auto codebook = cast<RankedTensorType>(getCodebook().getType());
  int64_t groups = codebook.getDimSize(0), rows = cast<RankedTensorType>(getResult().getType()).getDimSize(0);
  RowGroups result;
  for (int64_t i = 0; i < codebook.getNumElements(); ++i)
    result.ofElement.push_back(i / codebook.getDimSize(1));
  for (int64_t r = 0; r < rows; ++r)
    result.ofRow.push_back(r * groups / rows);
  return result;
}

//===--- deltas -------------------------------------------------------------------------===//

// References and deltas are no weights: they are not encoded again.
llvm::SmallVector<OpOperand *> DeltaOp::getValueLeaves() { return {}; }

std::string DeltaOp::getSchemeName() {
  auto deltas = cast<RankedTensorType>(getDeltas().getType());
  std::string name = "delta{width=" + std::to_string(deltas.getElementTypeBitWidth()) + " scheme=" + stringifyDeltaMode(getMode()).str();
  if (getShift() != 0)
    name += " offset=" + std::to_string(getShift());
  return name + "}";
}

//===--- sparsity: values and masks -----------------------------------------------------===//

llvm::SmallVector<OpOperand *> ScatterOp::getValueLeaves() { return {&getValuesMutable()}; }
OpOperand *ScatterOp::getLinearLeaf() { return &getValuesMutable(); }

std::string ScatterOp::getSchemeName() {
  auto kept = cast<RankedTensorType>(getValues().getType()).getNumElements();
  auto all = cast<RankedTensorType>(getResult().getType()).getNumElements();
  std::string density = llvm::formatv("density={0:f3}", static_cast<double>(kept) / std::max<int64_t>(1, all)).str();
  auto mask = getMask().getDefiningOp<Expression>();
  if (isa_and_nonnull<BlockMaskOp>(getMask().getDefiningOp()))
    return "block-prune{" + density + " " + mask.getSchemeName() + "}";
  return "sparsity{" + (mask ? mask.getSchemeName() + " " : std::string()) + density + "}";
}

// A mask has no elements that a later step could encode.
llvm::SmallVector<OpOperand *> InterleaveOp::getValueLeaves() { return {}; }
llvm::SmallVector<OpOperand *> RandomMaskOp::getValueLeaves() { return {}; }
llvm::SmallVector<OpOperand *> NmMaskOp::getValueLeaves() { return {}; }
llvm::SmallVector<OpOperand *> BlockMaskOp::getValueLeaves() { return {}; }

std::string InterleaveOp::getSchemeName() {
  auto starts = cast<RankedTensorType>(getStarts().getType());
  return llvm::formatv("pattern=clash-free type={0} z={1}{2}", getType(), starts.getDimSize(starts.getRank() - 1), getDither() ? " dither=true" : "").str();
}

std::string RandomMaskOp::getSchemeName() { return getFanIn() ? "pattern=random structured=true" : "pattern=random"; }

std::string NmMaskOp::getSchemeName() {
  auto indices = cast<RankedTensorType>(getIndices().getType());
  int64_t columns = cast<RankedTensorType>(getResult().getType()).getNumElements() / indices.getDimSize(0);
  return llvm::formatv("pattern={0}:{1}", indices.getDimSize(2), columns / indices.getDimSize(1)).str();
}

std::string BlockMaskOp::getSchemeName() {
  auto height = cast<RankedTensorType>(getRows().getType()).getDimSize(2), width = cast<RankedTensorType>(getColumns().getType()).getDimSize(2);
  return llvm::formatv("block={0}x{1}", height, width).str();
}

RowGroups ScatterOp::getRowGroups(Operands x) {
  RowGroups groups;
  const reference::Tensor &mask = *x[1];
  int64_t rows = mask.dim(0), each = mask.size() / std::max<int64_t>(1, rows);
  for (int64_t i = 0; i < mask.size(); ++i)
    if (mask.integers()[i])
      groups.ofElement.push_back(i / each);
  for (int64_t r = 0; r < rows; ++r)
    groups.ofRow.push_back(r);
  return groups;
}

//===--- factorizations -------------------------------------------------------------------===//

static int64_t dimOf(Value v, unsigned i) { return cast<RankedTensorType>(v.getType()).getDimSize(i); }

llvm::SmallVector<OpOperand *> TensorTrainOp::getValueLeaves() {
  llvm::SmallVector<OpOperand *> leaves;
  for (OpOperand &core : getCoresMutable())
    leaves.push_back(&core);
  return leaves;
}

std::string TensorTrainOp::getSchemeName() {
  std::string shapes, ranks;
  for (Value core : getCores()) {
    shapes += (shapes.empty() ? "" : "x") + std::to_string(dimOf(core, 1)) + "·" + std::to_string(dimOf(core, 2));
    if (core != getCores().back())
      ranks += (ranks.empty() ? "" : "x") + std::to_string(dimOf(core, 3));
  }
  return "tensor-train{rank=" + ranks + " shapes=" + shapes + "}";
}

llvm::SmallVector<OpOperand *> TuckerOp::getValueLeaves() { return {&getOutputMutable(), &getCoreMutable(), &getInputMutable()}; }

std::string TuckerOp::getSchemeName() {
  return "tensor-train{rank=" + std::to_string(dimOf(getCore(), 0)) + "x" + std::to_string(dimOf(getCore(), 1)) + "}";
}

llvm::SmallVector<OpOperand *> MatmulOp::getValueLeaves() { return {&getCoefficientsMutable(), &getBasisMutable()}; }

std::string MatmulOp::getSchemeName() {
  std::string name = "matmul{size=" + std::to_string(dimOf(getBasis(), 1));
  if (dimOf(getBasis(), 0) > 1)
    name += " groups=" + std::to_string(dimOf(getBasis(), 0));
  return name + "}";
}

//===--- powers of two, bit planes --------------------------------------------------------===//

// Codes are no weights: what encodes again encodes the value of the whole.
llvm::SmallVector<OpOperand *> PowersOp::getValueLeaves() { return {}; }
llvm::SmallVector<OpOperand *> BitplanesOp::getValueLeaves() { return {}; }

std::string PowersOp::getSchemeName() {
  std::string name = "power-of-two{bits=" + std::to_string(getCodeBits());
  if (getTerms() > 1)
    name += " terms=" + std::to_string(getTerms());
  return name + "}";
}

std::string BitplanesOp::getSchemeName() { return "bitplanes{bits=" + std::to_string(getPlaneCount()) + "}"; }

//===--- block-circulant ----------------------------------------------------------------===//

llvm::SmallVector<OpOperand *> CirculantOp::getValueLeaves() { return {&getVectorsMutable()}; }
OpOperand *CirculantOp::getLinearLeaf() { return &getVectorsMutable(); }

std::string CirculantOp::getSchemeName() { return "circulant{block=" + std::to_string(getBlock()) + "}"; }

RowGroups CirculantOp::getRowGroups(Operands) {
  auto vectors = cast<RankedTensorType>(getVectors().getType());
  int64_t rows = vectors.getDimSize(0), each = vectors.getNumElements() / std::max<int64_t>(1, rows);
  RowGroups groups;
  for (int64_t i = 0; i < vectors.getNumElements(); ++i)
    groups.ofElement.push_back(i / each);
  for (int64_t r = 0; r < rows * getBlock(); ++r)
    groups.ofRow.push_back(r / getBlock());
  return groups;
}

//===--- entropy codes ------------------------------------------------------------------===//

llvm::SmallVector<OpOperand *> HuffmanOp::getValueLeaves() { return {}; }

/// Unused bits of the last byte are not stored.
int64_t HuffmanOp::getStorageBits() { return static_cast<int64_t>(getBits()) + storageBits(getLengths()); }

std::string HuffmanOp::getSchemeName() {
  auto elements = cast<RankedTensorType>(getResult().getType()).getNumElements();
  return llvm::formatv("entropy{{bits={0:f2}}", static_cast<double>(getBits()) / std::max<int64_t>(1, elements)).str();
}
