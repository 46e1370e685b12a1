//===- LutOps.cpp - the lut dialect ---------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "dialects/Lut/IR/LutOps.h"

#include "llvm/Support/MathExtras.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/IR/OpImplementation.h"

using namespace mlir;
using namespace weft;
using namespace weft::lut;

#include "dialects/Lut/IR/LutDialect.cpp.inc"
#define GET_OP_CLASSES
#include "dialects/Lut/IR/LutOps.cpp.inc"

void LutDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "dialects/Lut/IR/LutOps.cpp.inc"
      >();
}

static RankedTensorType typeOf(Value v) { return cast<RankedTensorType>(v.getType()); }

/// Elements of one sample: the product of the static dimensions behind the first; nothing where there is no such number.
static std::optional<int64_t> sampleElements(RankedTensorType type) {
  if (type.getRank() < 1)
    return std::nullopt;
  int64_t count = 1;
  for (int64_t d : type.getShape().drop_front())
    if (ShapedType::isDynamic(d) || llvm::MulOverflow(count, d, count))
      return std::nullopt;
  return count;
}

int64_t NetworkOp::getInputElements() { return *sampleElements(typeOf(getInput())); }
int64_t NetworkOp::getResultElements() { return *sampleElements(typeOf(getResult())); }
int64_t NetworkOp::getInputBits() { return typeOf(getInput()).getElementTypeBitWidth(); }
int64_t NetworkOp::getResultBits() { return typeOf(getResult()).getElementTypeBitWidth(); }

PackedNetwork::PackedNetwork(const reference::LutNetwork &network) : outputs(network.outputs.begin(), network.outputs.end()) {
  for (const reference::LutTable &table : network.tables) {
    arities.push_back(table.arity);
    fanIns.append(table.fanIns.begin(), table.fanIns.begin() + table.arity);
    tables.push_back(static_cast<int64_t>(table.truth));
  }
}

reference::LutNetwork NetworkArrays::unpack(int64_t inputBits) const {
  reference::LutNetwork network;
  network.inputs = static_cast<int32_t>(inputBits);
  network.outputs.assign(outputs.begin(), outputs.end());
  ArrayRef<int32_t> rest = fanIns;
  for (auto [arity, truth] : llvm::zip_equal(arities, tables)) {
    reference::LutTable table;
    table.arity = arity;
    table.truth = static_cast<uint64_t>(truth);
    llvm::copy(rest.take_front(arity), table.fanIns.begin());
    rest = rest.drop_front(arity);
    network.tables.push_back(table);
  }
  return network;
}

LogicalResult NetworkArrays::verify(Operation *op, int64_t inputBits, int64_t outputBits) const {
  if (static_cast<int64_t>(outputs.size()) != outputBits)
    return op->emitOpError("has ") << outputs.size() << " output bits, expected the " << outputBits
                                   << " of a sample of its result (A18)";
  if (arities.size() != tables.size())
    return op->emitOpError("has ") << arities.size() << " arities and " << tables.size() << " tables (A18)";
  int64_t edges = 0;
  for (auto [t, arity] : llvm::enumerate(arities)) {
    if (arity < 0 || arity > reference::LutTable::kMaxArity)
      return op->emitOpError("table ") << t << " has " << arity << " fan-ins, expected 0 to "
                                       << reference::LutTable::kMaxArity << " (A18)";
    edges += arity;
  }
  if (edges != static_cast<int64_t>(fanIns.size()))
    return op->emitOpError("has ") << fanIns.size() << " fan-ins, its arities ask for " << edges << " (A18)";
  if (reference::Status valid = unpack(inputBits).check(); !valid)
    return op->emitOpError(valid.message());
  return success();
}

void NetworkOp::build(OpBuilder &builder, OperationState &state, RankedTensorType result, Value input,
                      const reference::LutNetwork &network) {
  PackedNetwork packed(network);
  build(builder, state, result, input, packed.arities, packed.fanIns, packed.tables, packed.outputs);
}

NetworkArrays NetworkOp::getArrays() { return {getArities(), getFanIns(), getTables(), getOutputs()}; }

reference::LutNetwork NetworkOp::getNetwork() { return getArrays().unpack(getInputElements() * getInputBits()); }

LogicalResult NetworkOp::inferResultShape(SmallVectorImpl<int64_t> &shape) {
  RankedTensorType input = typeOf(getInput()), result = typeOf(getResult());
  if (input.getRank() < 1 || result.getRank() < 1)
    return emitOpError("expected input [N, K...] and result [N, M...], found ranks ")
           << input.getRank() << " and " << result.getRank() << " (A18)";
  shape.assign(result.getShape().begin(), result.getShape().end());
  shape.front() = input.getDimSize(0);
  return success();
}

/// Bits of a sample of `type`, or failure with a diagnostic.
static FailureOr<int64_t> sampleBits(NetworkOp op, StringRef what, RankedTensorType type) {
  std::optional<int64_t> elements = sampleElements(type);
  auto integer = dyn_cast<IntegerType>(type.getElementType());
  if (!elements || !integer || integer.getWidth() > 64 || *elements * integer.getWidth() > std::numeric_limits<int32_t>::max() / 2)
    return op.emitOpError() << what << " has type " << type
                            << ", expected integers of at most 64 bits with static dimensions behind the first (A18)";
  return *elements * integer.getWidth();
}

LogicalResult NetworkOp::verify() {
  FailureOr<int64_t> inputs = sampleBits(*this, "input", typeOf(getInput()));
  FailureOr<int64_t> outputs = sampleBits(*this, "result", typeOf(getResult()));
  if (failed(inputs) || failed(outputs))
    return failure();
  return getArrays().verify(*this, *inputs, *outputs);
}
