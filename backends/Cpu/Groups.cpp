//===- Groups.cpp - which operations become one kernel ---------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "backends/Cpu/Groups.h"
#include "backends/Cpu/Constants.h"
#include "dialects/Nn/IR/NnGradients.h"

using namespace mlir;
using namespace weft;
using namespace weft::cpu;

bool cpu::isPointwise(Operation *op) {
  return isa<nn::UnaryOp, nn::ClipOp, nn::BinaryOp, nn::SelectOp, nn::CastOp, nn::QuantizeOp, nn::DequantizeOp,
             nn::RequantizeOp, nn::ThresholdOp, nn::QaddOp, nn::QmulOp, nn::TableOp, nn::BroadcastOp, nn::StochasticRoundOp>(op);
}

/// The dimension that a parameter operand runs along, or nullopt if the operand broadcasts as numpy does.
static std::optional<int64_t> parameterAxis(Operation *op, unsigned operand) {
  if (operand == 0)
    return std::nullopt;
  if (auto q = dyn_cast<nn::QuantizeOp>(op))
    return q.getAxis();
  if (auto d = dyn_cast<nn::DequantizeOp>(op))
    return d.getAxis();
  if (isa<nn::RequantizeOp, nn::ThresholdOp>(op))
    return 1;
  if (isa<nn::TableOp>(op))
    return -1;
  return std::nullopt;
}

SmallVector<int64_t> cpu::operandStrides(Operation *op, unsigned operand) {
  ArrayRef<int64_t> shape = shapeOf(op->getResult(0)), own = shapeOf(op->getOperand(operand));
  SmallVector<int64_t> strides(shape.size(), 0);
  if (auto axis = parameterAxis(op, operand)) {
    if (*axis >= 0 && !own.empty() && own[0] != 1)
      strides[*axis] = 1;
    return strides;
  }
  int64_t stride = 1, offset = shape.size() - own.size();
  for (int64_t i = own.size() - 1; i >= 0; --i) {
    strides[offset + i] = own[i] == 1 ? 0 : stride;
    stride *= own[i];
  }
  return strides;
}

std::optional<SmallVector<int64_t>> cpu::collapse(ArrayRef<int64_t> strides, ArrayRef<int64_t> shape, const Partition &partition) {
  SmallVector<int64_t> result;
  for (auto [begin, end] : partition) {
    int64_t stride = -1, extent = 1; // of the range so far, from the inside
    for (int d = end - 1; d >= begin; --d) {
      if (shape[d] == 1)
        continue;
      if (stride >= 0 && strides[d] != stride * extent)
        return std::nullopt;
      stride = stride < 0 ? strides[d] : stride;
      extent *= shape[d];
    }
    result.push_back(std::max<int64_t>(stride, 0));
  }
  return result;
}

Partition cpu::anchorPartition(Operation *anchor) {
  int rank = shapeOf(anchor->getResult(0)).size();
  if (isa<nn::LinearOp>(anchor))
    return {{0, rank - 1}, {rank - 1, rank}};
  if (isa<nn::ConvOp, nn::PoolOp, nn::MaxPoolGradientOp>(anchor))
    return {{0, 1}, {1, 2}, {2, rank}};
  Partition each;
  for (int d = 0; d < rank; ++d)
    each.push_back({d, d + 1});
  return each;
}

Value cpu::bufferRoot(Value v) {
  while (auto reshape = v.getDefiningOp<nn::ReshapeOp>())
    v = reshape.getInput();
  return v;
}

/// Anchors whose kernels finish each element through the group's pointwise operations.
static bool takesEpilogue(Operation *anchor) {
  return isa<nn::LinearOp, nn::ConvOp, nn::MatmulOp, nn::PoolOp, nn::ReduceOp, nn::RowProductsOp, nn::MaxPoolGradientOp>(anchor);
}

/// True if `op`, which reads `through` among values of the group's shape, could be computed where the group produces it.
static bool fitsEpilogue(const Group &group, Operation *op, Value through) {
  if (!isPointwise(op) || shapeOf(op->getResult(0)) != shapeOf(through))
    return false;
  if (!group.anchor)
    return true;
  if (!takesEpilogue(group.anchor))
    return false;
  Partition partition = anchorPartition(group.anchor);
  for (unsigned i = 0; i < op->getNumOperands(); ++i) {
    if (op->getOperand(i) == through)
      continue;
    auto strides = collapse(operandStrides(op, i), shapeOf(through), partition);
    if (!strides || (!strides->empty() && strides->back() > 1))
      return false;
  }
  return true;
}

/// True if all that reads the group's result is `op` and operations on what becomes of that: x · sigmoid(x), and hard forms of it.
static bool endsInOne(const Group &group, Operation *op) {
  Value through = group.result();
  SmallPtrSet<Operation *, 4> open(through.getUsers().begin(), through.getUsers().end());
  SmallVector<Value> known{through};
  for (Operation *next = op;;) {
    open.erase(next);
    for (Value v : next->getOperands())
      if (!isConstant(v) && !llvm::is_contained(known, v))
        return false;
    if (!fitsEpilogue(group, next, known.back()))
      return false;
    if (open.empty())
      return true;
    known.push_back(next->getResult(0));
    if (!known.back().hasOneUse())
      return false;
    next = *known.back().getUsers().begin();
    if (next->getBlock() != op->getBlock() || next->hasTrait<OpTrait::IsTerminator>())
      return false;
  }
}

/// True if `op`, which uses the group's result, can be computed where the group produces it.
static bool canJoin(const Group &group, Operation *op) {
  return group.result().hasOneUse() ? fitsEpilogue(group, op, group.result()) : endsInOne(group, op);
}

/// True if `op` is a max pool, without padding and of rows that do not overlap, of a convolution and of what is the same for all pixels of a channel.
static bool isPoolOfRows(const Group &group, Operation *op) {
  auto pool = dyn_cast<nn::PoolOp>(op);
  if (!pool || pool.getKind() != nn::PoolKind::max || !isa_and_nonnull<nn::ConvOp>(group.anchor) || group.pool || !group.result().hasOneUse())
    return false;
  auto all = [](ArrayRef<int64_t> values, int64_t value) { return llvm::all_of(values, [&](int64_t v) { return v == value; }); };
  bool fits = all(pool.getPadsBegin(), 0) && all(pool.getPadsEnd(), 0) && all(pool.getDilations(), 1) && pool.getStrides().back() <= 2 &&
              pool.getKernel()[0] <= pool.getStrides()[0];
  return fits && llvm::all_of(group.ops, [&](Operation *before) {
    for (unsigned i = 0; i < before->getNumOperands() && before != group.anchor; ++i)
      if (!group.contains(before->getOperand(i)) && !all(ArrayRef<int64_t>(operandStrides(before, i)).drop_front(2), 0))
        return false;
    return true;
  });
}

/// True if `op` multiplies with the windows that are all the group makes: its kernel reads the image, and they are never written.
static bool readsWindows(const Group &group, Operation *op) {
  Value windows = group.result();
  return isa<nn::RowProductsOp>(op) && isa_and_nonnull<nn::PatchesOp>(group.anchor) && windows.hasOneUse() && op->getOperand(1) == windows &&
         cast<RankedTensorType>(windows.getType()).getElementType().isF32();
}

int64_t cpu::workOf(const Group &group) {
  constexpr int64_t kMoved = 8, kExponential = 64; // multiply-adds in the time of an element that is moved, of e^x
  auto sizeOf = [](Value v) { return cast<RankedTensorType>(v.getType()).getNumElements(); };
  int64_t size = sizeOf(group.pool ? group.anchor->getResult(0) : group.result()), own = kMoved * size * group.ops.size();
  if (auto linear = dyn_cast_or_null<nn::LinearOp>(group.anchor))
    return own + size * cast<RankedTensorType>(linear.getWeight().getType()).getDimSize(1);
  if (auto conv = dyn_cast_or_null<nn::ConvOp>(group.anchor))
    return own + size * (sizeOf(conv.getWeight()) / shapeOf(conv.getWeight())[0]);
  if (auto matmul = dyn_cast_or_null<nn::MatmulOp>(group.anchor))
    return own + size * shapeOf(matmul.getLhs()).back();
  if (auto pool = dyn_cast_or_null<nn::PoolOp>(group.anchor))
    return own + size * ShapedType::getNumElements(pool.getKernel());
  if (auto products = dyn_cast_or_null<nn::RowProductsOp>(group.anchor))
    return own + sizeOf(products.getLhs()) * shapeOf(products.getRhs())[1];
  if (isa_and_nonnull<nn::SoftmaxOp>(group.anchor))
    return own + kExponential * size;
  return own + (group.anchor ? kMoved * sizeOf(group.anchor->getOperand(0)) : 0);
}

SmallVector<Group> cpu::makeGroups(func::FuncOp func, bool fuse, function_ref<bool(nn::ConvOp, nn::PoolOp)> joinsPool) {
  SmallVector<Group> open; // a group's place is that of its last operation
  DenseMap<Value, size_t> groupOf;
  SmallVector<bool> taken;
  SmallVector<size_t> order;
  for (Operation &op : func.getBody().front().without_terminator()) {
    if (isa<nn::ConstantOp, nn::ReshapeOp>(op) || op.getDialect()->getNamespace() == "codec")
      continue;
    std::optional<size_t> joined;
    for (Value operand : op.getOperands()) {
      auto it = groupOf.find(operand);
      if (!fuse || it == groupOf.end())
        continue;
      Group &group = open[it->second];
      bool isProduct = readsWindows(group, &op), isPool = isPoolOfRows(group, &op) && joinsPool(cast<nn::ConvOp>(group.anchor), cast<nn::PoolOp>(op));
      if (!isProduct && !isPool && !canJoin(group, &op))
        continue;
      joined = it->second;
      if (isProduct)
        group.anchor = &op;
      if (isPool)
        group.pool = cast<nn::PoolOp>(op);
      break;
    }
    if (!joined) {
      joined = open.size();
      open.emplace_back();
      open.back().anchor = isPointwise(&op) ? nullptr : &op;
    } else {
      groupOf.erase(open[*joined].result());
      llvm::erase(order, *joined);
    }
    open[*joined].ops.push_back(&op);
    order.push_back(*joined);
    groupOf[op.getResult(0)] = *joined;
  }
  SmallVector<Group> groups;
  for (size_t i : order)
    groups.push_back(std::move(open[i]));
  return groups;
}
