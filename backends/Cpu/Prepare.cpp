//===- Prepare.cpp - from an nn module to functions of static shapes -----------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "backends/Cpu/Prepare.h"
#include "backends/Cpu/Groups.h"
#include "dialects/Codec/IR/CodecOps.h"
#include "dialects/Lut/IR/LutOps.h"
#include "dialects/Nn/IR/NnOps.h"
#include "passes/Compression/PlaneCut.h"
#include "passes/Evaluation/Elements.h"
#include "passes/Evaluation/Evaluator.h"
#include "passes/Quantization/IntegerProducts.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace weft;
using namespace weft::cpu;

static LogicalResult inlineCalls(func::FuncOp func) {
  bool changed = true;
  for (int depth = 0; changed && depth < 16; ++depth) {
    changed = false;
    SmallVector<func::CallOp> calls;
    func.walk([&](func::CallOp call) { calls.push_back(call); });
    for (func::CallOp call : calls) {
      auto callee = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(call, call.getCalleeAttr());
      if (!callee || callee.isExternal())
        return call.emitOpError("calls a function without a body");
      IRMapping map;
      map.map(callee.getArguments(), call.getOperands());
      OpBuilder b(call);
      for (Operation &op : callee.getBody().front().without_terminator())
        b.clone(op, map);
      auto returned = cast<func::ReturnOp>(callee.getBody().front().getTerminator());
      for (auto [result, value] : llvm::zip(call.getResults(), returned.getOperands()))
        result.replaceAllUsesWith(map.lookupOrDefault(value));
      call.erase();
      changed = true;
    }
  }
  return success();
}

constexpr int64_t kNearBytes = 3 << 19;

/// Decoding pays where weights would have to come from behind the second-level cache; with floats in the sixteen lanes of
/// AVX-512 it costs nothing anywhere.
static bool decodingPays(codec::LookupOp lookup, const TargetInfo &target) {
  auto weight = cast<RankedTensorType>(lookup.getType());
  Type element = weight.getElementType();
  bool isFar = weight.getNumElements() * (element.isF32() ? 4 : 1) > kNearBytes;
  if (element.isF32())
    return target.avx512 || (target.avx2 && isFar);
  auto integer = dyn_cast<IntegerType>(element);
  return integer && integer.getWidth() <= 8 && !integer.isUnsigned() && target.avx2 && isFar;
}

/// Integer codebooks are read by products of bytes.
static bool takesBytes(nn::LinearOp linear) {
  auto input = dyn_cast<IntegerType>(cast<RankedTensorType>(linear.getInput().getType()).getElementType());
  return input && input.getWidth() <= 8 && cast<RankedTensorType>(linear.getBias().getType()).getElementType().isInteger(32);
}

bool cpu::isNativeLookup(Operation *op, const TargetInfo &target) {
  auto lookup = dyn_cast<codec::LookupOp>(op);
  if (!lookup || !decodingPays(lookup, target) || !lookup.getCodes().getDefiningOp<nn::ConstantOp>() || !lookup.getCodebook().getDefiningOp<nn::ConstantOp>())
    return false;
  auto codebook = cast<RankedTensorType>(lookup.getCodebook().getType());
  bool fits = codebook.getDimSize(0) == 1 && codebook.getDimSize(1) <= 16, isFloat = codebook.getElementType().isF32();
  return fits && llvm::all_of(op->getUses(), [&](OpOperand &use) {
           auto linear = dyn_cast<nn::LinearOp>(use.getOwner());
           return linear && use.getOperandNumber() == 1 && (isFloat || takesBytes(linear)) && linear.getBias().getDefiningOp<nn::ConstantOp>();
         });
}

/// Planes are left where they can be cut at run time: 32 bits hold every cut's sums.
static bool keepsPlanes(Operation &op, const TargetInfo &target) {
  auto planes = dyn_cast<codec::BitplanesOp>(op);
  if (!planes || !op.hasOneUse() || target.lanes < 4)
    return false;
  auto layer = compression::PlaneLayer::of(*op.user_begin());
  if (!layer || cast<RankedTensorType>(layer->linear.getInput().getType()).getElementTypeBitWidth() > 16 || layer->holdEveryCut() > 32)
    return false;
  if (cast<RankedTensorType>(planes.getType()).getNumElements() <= kNearBytes)
    op.setAttr(kDenseAttr, evaluation::foldConstant(&op));
  return true;
}

/// Operations on constants alone become constants: weights in QDQ form, codec expressions, shape arithmetic.
static LogicalResult foldConstants(func::FuncOp func, const TargetInfo &target) {
  for (Operation &op : llvm::make_early_inc_range(func.getBody().front().without_terminator())) {
    if (auto constant = dyn_cast<nn::ConstantOp>(op)) {
      auto tensor = evaluation::elementsToTensor(constant.getValue());
      if (!tensor.ok())
        return op.emitOpError(tensor.message());
      continue;
    }
    if (isNativeLookup(&op, target) || keepsPlanes(op, target))
      continue;
    bool constant = op.getNumOperands() > 0 && llvm::all_of(op.getOperands(), [](Value v) { return v.getDefiningOp<nn::ConstantOp>(); });
    bool isCodec = op.getDialect() && op.getDialect()->getNamespace() == "codec";
    if (!constant || op.getNumResults() != 1) {
      if (isCodec)
        return op.emitOpError("depends on more than constants");
      continue;
    }
    ElementsAttr value = evaluation::foldConstant(&op);
    if (!value) {
      if (isCodec)
        return op.emitOpError("cannot be evaluated");
      continue;
    }
    OpBuilder b(&op);
    Value folded = nn::ConstantOp::create(b, op.getLoc(), value);
    op.getResult(0).replaceAllUsesWith(folded);
    op.erase();
  }
  SmallVector<Operation *> all;
  for (Operation &op : func.getBody().front().without_terminator())
    all.push_back(&op);
  for (Operation *op : llvm::reverse(all))
    if (op->use_empty())
      op->erase();
  return success();
}

OwningOpRef<ModuleOp> cpu::prepare(ModuleOp module, StringRef entry, const TargetInfo &target) {
  OwningOpRef<ModuleOp> copy = module.clone();
  auto func = copy->lookupSymbol<func::FuncOp>(entry);
  if (!func || func.isExternal()) {
    module.emitError("expected a function @") << entry << " to compile, found none";
    return nullptr;
  }
  if (failed(inlineCalls(func)))
    return nullptr;
  for (auto other : llvm::make_early_inc_range(copy->getOps<func::FuncOp>()))
    if (other != func)
      other.erase();
  quantization::makeIntegerProducts(func);
  if (failed(foldConstants(func, target)))
    return nullptr;
  return copy;
}

static LogicalResult inferShapes(func::FuncOp func) {
  for (Operation &op : func.getBody().front().without_terminator()) {
    auto shaped = dyn_cast<nn::ShapeInference>(op);
    if (!shaped)
      continue;
    SmallVector<int64_t> shape;
    if (failed(shaped.inferResultShape(shape)))
      return failure();
    if (llvm::any_of(shape, [](int64_t d) { return ShapedType::isDynamic(d) || d < 0; }))
      return op.emitOpError("has a shape that does not follow from the inputs' shapes");
    Value result = op.getResult(0);
    result.setType(RankedTensorType::get(shape, cast<RankedTensorType>(result.getType()).getElementType()));
  }
  return success();
}

func::FuncOp cpu::specialize(func::FuncOp func, const Shapes &shapes, bool report) {
  OpBuilder b(func);
  b.setInsertionPointAfter(func);
  auto clone = cast<func::FuncOp>(b.clone(*func.getOperation()));
  for (auto [argument, shape] : llvm::zip(clone.getArguments(), shapes)) {
    auto type = cast<RankedTensorType>(argument.getType());
    argument.setType(RankedTensorType::get(shape, type.getElementType()));
  }
  LogicalResult result = success();
  if (report) {
    result = inferShapes(clone);
  } else {
    ScopedDiagnosticHandler silent(func.getContext(), [](Diagnostic &) { return success(); });
    result = inferShapes(clone);
  }
  if (failed(result)) {
    clone.erase();
    return nullptr;
  }
  auto returned = cast<func::ReturnOp>(clone.getBody().front().getTerminator());
  clone.setType(FunctionType::get(func.getContext(), clone.getBody().front().getArgumentTypes(), returned.getOperandTypes()));
  return clone;
}

/// The dimension in which two shapes differ, −1 if they are equal, nullopt if they differ in more.
static std::optional<int> difference(ArrayRef<int64_t> a, ArrayRef<int64_t> b) {
  int at = -1;
  if (a.size() != b.size())
    return std::nullopt;
  for (size_t d = 0; d < a.size(); ++d)
    if (a[d] != b[d]) {
      if (at >= 0)
        return std::nullopt;
      at = d;
    }
  return at;
}

/// True if the operation computes sample i of its result from sample i of its operands, and nothing else. `axes` are the
/// dimensions of samples in its operands (−1: none), `out` that of its result.
static bool keepsSamplesApart(Operation *op, ArrayRef<int> axes, int out) {
  auto aligned = [&](unsigned i) { // numpy broadcast aligns the last dimensions
    int rank = shapeOf(op->getOperand(i)).size(), outRank = shapeOf(op->getResult(0)).size();
    return axes[i] < 0 || axes[i] + outRank - rank == out;
  };
  auto noneAfter = [&](unsigned first) { return llvm::all_of(axes.drop_front(first), [](int a) { return a < 0; }); };
  if (isa<nn::UnaryOp, nn::ClipOp, nn::CastOp, nn::TableOp, nn::BinaryOp, nn::SelectOp, nn::QaddOp, nn::QmulOp, nn::BroadcastOp>(op)) {
    for (unsigned i = 0; i < axes.size(); ++i)
      if (!aligned(i))
        return false;
    return true;
  }
  if (isa<nn::QuantizeOp, nn::DequantizeOp, nn::RequantizeOp, nn::ThresholdOp>(op))
    return axes[0] == out && noneAfter(1);
  if (isa<nn::LinearOp>(op))
    return axes[0] == out && noneAfter(1) && out < static_cast<int>(shapeOf(op->getResult(0)).size()) - 1;
  if (isa<nn::RecurrentOp, nn::QrecurrentOp>(op)) // initial states and lengths are of samples, or of none
    return axes[0] == 0 && out == 0 && axes[1] < 0 && axes[2] < 0 && llvm::all_of(axes, [](int a) { return a <= 0; });
  if (isa<nn::ConvOp, nn::PoolOp, lut::NetworkOp>(op))
    return axes[0] == 0 && out == 0 && noneAfter(1);
  if (isa<nn::MatmulOp>(op)) {
    int rank = shapeOf(op->getResult(0)).size();
    bool rows = out == rank - 2 && axes[1] < 0, columns = out == rank - 1 && axes[0] < 0;
    return aligned(0) && aligned(1) && (out < rank - 2 || rows || columns);
  }
  if (auto r = dyn_cast<nn::ReduceOp>(op)) {
    int before = llvm::count_if(r.getAxes(), [&](int64_t a) { return a < axes[0]; });
    return !llvm::is_contained(r.getAxes(), axes[0]) && out == axes[0] - (r.getKeepdims() ? 0 : before);
  }
  if (auto r = dyn_cast<nn::ArgReduceOp>(op))
    return r.getAxis() != axes[0] && out == axes[0] - (!r.getKeepdims() && r.getAxis() < axes[0]);
  if (auto s = dyn_cast<nn::SoftmaxOp>(op))
    return static_cast<int64_t>(s.getAxis()) != axes[0];
  if (auto t = dyn_cast<nn::TransposeOp>(op))
    return t.getPerm()[out] == axes[0];
  if (auto c = dyn_cast<nn::ConcatOp>(op))
    return static_cast<int64_t>(c.getAxis()) != out && llvm::all_of(axes, [&](int a) { return a == out; });
  if (auto s = dyn_cast<nn::SliceOp>(op))
    return s.getSizes()[out] == -1 && axes[0] == out;
  if (auto p = dyn_cast<nn::PadOp>(op))
    return axes[0] == out && p.getLow()[out] == 0 && p.getHigh()[out] == 0;
  if (auto g = dyn_cast<nn::GatherOp>(op)) {
    int axis = g.getAxis(), indexRank = shapeOf(g.getIndices()).size();
    if (axes[1] >= 0)
      return axes[0] < 0 && out == axis + axes[1];
    return axes[0] != axis && out == (axes[0] < axis ? axes[0] : axes[0] + indexRank - 1);
  }
  if (auto t = dyn_cast<nn::TopKOp>(op))
    return static_cast<int64_t>(t.getAxis()) != axes[0] && axes[0] == out;
  if (auto s = dyn_cast<nn::ScanOp>(op))
    return static_cast<int64_t>(s.getAxis()) != axes[0];
  if (auto g = dyn_cast<nn::GatherNdOp>(op))
    return axes[1] == out && (axes[0] < 0 || (axes[0] == out && out < static_cast<int64_t>(g.getBatchDims())));
  if (auto s = dyn_cast<nn::ScatterNdOp>(op))
    return out < static_cast<int64_t>(s.getBatchDims()) && llvm::all_of(axes, [&](int a) { return a == out; });
  if (isa<nn::ReshapeOp>(op)) { // the elements before the sample dimension stay the same number
    int64_t before = 1, after = 1;
    for (int d = 0; d < axes[0]; ++d)
      before *= shapeOf(op->getOperand(0))[d];
    for (int d = 0; d < out; ++d)
      after *= shapeOf(op->getResult(0))[d];
    return before == after;
  }
  return false;
}

bool cpu::samplesAreIndependent(func::FuncOp one, func::FuncOp many) {
  DenseMap<Value, int> axis;
  for (auto [a, b] : llvm::zip(one.getArguments(), many.getArguments()))
    axis[a] = difference(shapeOf(a), shapeOf(b)).value_or(-2);
  for (auto [a, b] : llvm::zip(one.getBody().front(), many.getBody().front())) {
    if (a.hasTrait<OpTrait::IsTerminator>())
      return llvm::all_of(a.getOperands(), [&](Value v) { return axis.lookup(v) == 0; });
    auto changed = difference(shapeOf(a.getResult(0)), shapeOf(b.getResult(0)));
    SmallVector<int> axes;
    for (Value v : a.getOperands())
      axes.push_back(axis.lookup(v));
    bool anyOperand = llvm::any_of(axes, [](int x) { return x >= 0; });
    if (!changed || llvm::is_contained(axes, -2) || (*changed < 0) != !anyOperand)
      return false;
    if (anyOperand && !keepsSamplesApart(&a, axes, *changed))
      return false;
    axis[a.getResult(0)] = *changed;
  }
  return false;
}
