//===- Codec.cpp - compressed weights that ONNX can say ---------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Export/GraphExporter.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace weft;
using namespace weft::exporter;
using reference::Tensor;

static RankedTensorType typeOf(Value v) { return cast<RankedTensorType>(v.getType()); }

bool weft::exporter::hasOnnxForm(codec::Expression expression) { return isa<codec::LookupOp, codec::ScatterOp>(expression); }

bool weft::exporter::isWritten(OpOperand &leaf) {
  // Codes and masks are packed; constants get another shape.
  bool isValue = isa<codec::LookupOp>(leaf.getOwner()) ? leaf.getOperandNumber() == 1 : leaf.getOperandNumber() == 0;
  return isValue && !leaf.get().getDefiningOp<nn::ConstantOp>();
}

/// The operation's name for its leaves: "fc1.weight" has "fc1.weight.codes".
static std::string prefixOf(Operation *op, StringRef part) {
  std::string name = nn::layerName(op).str();
  for (Operation *user = op; !user->hasAttr(nn::kNameAttr) && !user->use_empty();) {
    user = *user->user_begin();
    name = nn::layerName(user).str();
  }
  return name + part.str();
}

/// Codes as Gather's indices: packed where ONNX has no type of their width.
static std::string indices(GraphExporter &g, codec::LookupOp op, const Tensor &codes) {
  std::string name = prefixOf(op, ".codes");
  unsigned bits = codes.type().bits;
  std::string written = bits <= 2 ? g.unpackedBits(op, codes, bits, name)
                                  : g.initializer(codes, bits <= 4 ? DataType::Uint4 : DataType::Uint8, name);
  return g.step(op, "Cast", {written}, {{"to", static_cast<int64_t>(DataType::Int32)}});
}

/// A leaf under another shape: a constant is stored so, a computed one is reshaped.
static FailureOr<std::string> reshapedLeaf(GraphExporter &g, Operation *op, Value leaf, ArrayRef<int64_t> shape, StringRef part) {
  if (!leaf.getDefiningOp<nn::ConstantOp>())
    return g.step(op, "Reshape", {g.name(leaf), g.integers(shape, "shape")});
  FailureOr<Tensor> value = g.evaluate(op, leaf);
  std::optional<DataType> type = dataTypeOf(typeOf(leaf).getElementType());
  if (failed(value) || !type)
    return failure();
  std::string written = g.initializer(value->reshaped(shape.vec()), *type, prefixOf(op, part));
  g.noteType(written, *type, typeOf(leaf).getElementType());
  return written;
}

/// One codebook: Gather. Several: GatherElements of a row each.
static LogicalResult writeLookup(GraphExporter &g, codec::LookupOp op) {
  FailureOr<Tensor> codes = g.evaluate(op, op.getCodes());
  int64_t groups = typeOf(op.getCodebook()).getDimSize(0), entries = typeOf(op.getCodebook()).getDimSize(1);
  if (failed(codes))
    return failure();
  SmallVector<int64_t> bookShape{entries};
  if (groups > 1) {
    bookShape.insert(bookShape.begin(), groups);
    *codes = codes->reshaped({groups, codes->size() / groups});
  }
  FailureOr<std::string> codebook = reshapedLeaf(g, op, op.getCodebook(), bookShape, ".codebook");
  if (failed(codebook))
    return failure();
  std::string places = indices(g, op, *codes);
  if (groups == 1)
    return g.node(op, "Gather", {*codebook, places}, {{"axis", int64_t(0)}});
  std::string rows = g.step(op, "GatherElements", {*codebook, places}, {{"axis", int64_t(1)}});
  return g.node(op, "Reshape", {rows, g.integers(typeOf(op.getResult()).getShape(), "shape")});
}

/// Values behind a zero, read at the running count of the mask where it is set and at 0 elsewhere.
static LogicalResult writeScatter(GraphExporter &g, codec::ScatterOp op) {
  FailureOr<Tensor> mask = g.evaluate(op, op.getMask());
  Type element = typeOf(op.getValues()).getElementType();
  std::optional<DataType> type = dataTypeOf(element);
  if (failed(mask) || !type)
    return failure();
  std::string name = prefixOf(op, ".mask"), values;
  if (op.getValues().getDefiningOp<nn::ConstantOp>()) {
    FailureOr<Tensor> kept = g.evaluate(op, op.getValues());
    if (failed(kept))
      return failure();
    Tensor withZero(kept->type(), {kept->size() + 1});
    withZero.visit([&](auto &to) {
      const auto &from = kept->values<typename std::decay_t<decltype(to)>::value_type>();
      std::copy(from.begin(), from.end(), to.begin() + 1);
    });
    values = g.initializer(withZero, *type, prefixOf(op, ".values"));
    g.noteType(values, *type, element);
  } else {
    // One element: the Gather below wants a list.
    Tensor zero(reference::ElementType::f32(), {1});
    if (isa<IntegerType>(element))
      zero = Tensor(reference::ElementType::i64(), {1});
    values = g.step(op, "Concat", {g.initializer(zero, *type, prefixOf(op, ".zero")), g.name(op.getValues())}, {{"axis", int64_t(0)}});
  }
  std::string bits = g.unpackedBits(op, mask->reshaped({mask->size()}), 1, name);
  std::string ones = g.step(op, "Cast", {bits}, {{"to", static_cast<int64_t>(DataType::Int32)}}, name + "/int");
  std::string count = g.step(op, "CumSum", {ones, g.scalar(IntegerType::get(op.getContext(), 64), 0, "axis")}, {}, name + "/count");
  std::string places = g.step(op, "Mul", {count, ones}, {}, name + "/places");
  std::string flat = g.step(op, "Gather", {values, places}, {{"axis", int64_t(0)}});
  return g.node(op, "Reshape", {flat, g.integers(typeOf(op.getResult()).getShape(), "shape")});
}

LogicalResult weft::exporter::write(GraphExporter &g, codec::Expression op) {
  return llvm::TypeSwitch<Operation *, LogicalResult>(op)
      .Case([&](codec::LookupOp lookup) { return writeLookup(g, lookup); })
      .Case([&](codec::ScatterOp scatter) { return writeScatter(g, scatter); });
}
