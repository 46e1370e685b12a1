//===- Symbols.cpp - symbolic dimensions while a model is imported -------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Import/Symbols.h"
#include "dialects/Nn/IR/NnOps.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace weft;
using namespace weft::import;

std::optional<Dim> weft::import::multiply(const Dim &a, const Dim &b) {
  Dim result;
  if (llvm::MulOverflow(a.factor, b.factor, result.factor) || a.symbols.size() + b.symbols.size() > 16)
    return std::nullopt;
  if (result.factor == 0)
    return result;
  result.symbols.append(a.symbols.begin(), a.symbols.end());
  result.symbols.append(b.symbols.begin(), b.symbols.end());
  llvm::sort(result.symbols);
  return result;
}

std::optional<Dim> weft::import::divideExactly(const Dim &a, const Dim &b) {
  if (b.factor == 0 || b.factor == -1 || a.factor % b.factor != 0)
    return std::nullopt;
  Dim result(a.factor / b.factor);
  result.symbols = a.symbols;
  for (unsigned symbol : b.symbols) {
    auto *it = llvm::find(result.symbols, symbol);
    if (it == result.symbols.end())
      return std::nullopt;
    result.symbols.erase(it);
  }
  return result;
}

std::optional<Dim> weft::import::product(ArrayRef<Dim> dims) {
  std::optional<Dim> result = Dim(1);
  for (const Dim &d : dims)
    if (result)
      result = multiply(*result, d);
  return result;
}

std::optional<SmallTensor> SmallTensor::of(const HostTensor &constant) {
  if (!constant || !constant.isInteger() || constant.size() > kMaxElements)
    return std::nullopt;
  SmallTensor result;
  result.shape.assign(constant.shape().begin(), constant.shape().end());
  result.elementType = constant.elementType();
  for (int64_t i = 0, n = constant.size(); i < n; ++i)
    result.elements.push_back(constant.integer(i));
  return result;
}

bool SmallTensor::isKnown() const {
  return llvm::all_of(elements, [](const Dim &d) { return d.isKnown(); });
}

std::optional<HostTensor> SmallTensor::constant() const {
  if (!isKnown())
    return std::nullopt;
  SmallVector<int64_t> values;
  for (const Dim &d : elements)
    values.push_back(d.factor);
  return HostTensor::ofIntegers(RankedTensorType::get(shape, elementType), values);
}

unsigned Symbols::named(StringRef name) {
  if (!name.empty())
    if (auto it = byName.find(name); it != byName.end())
      return it->second;
  unsigned id = names.size();
  names.push_back(name.empty() ? "?" + std::to_string(id) : name.str());
  if (!name.empty())
    byName[name] = id;
  return id;
}

Dim Symbols::dim(Value value, int64_t i) {
  auto type = cast<RankedTensorType>(value.getType());
  if (!type.isDynamicDim(i))
    return type.getDimSize(i);
  if (auto it = known.find({value, i}); it != known.end())
    return it->second;
  Dim result = trace(value, i);
  if (result.isKnown()) // the type knows less than the trace; what counts is that both agree
    result = Dim::symbol(named(""));
  known[{value, i}] = result;
  return result;
}

SmallVector<Dim> Symbols::dims(Value value) {
  SmallVector<Dim> result;
  for (int64_t i = 0, n = cast<RankedTensorType>(value.getType()).getRank(); i < n; ++i)
    result.push_back(dim(value, i));
  return result;
}

/// The operand dimension that a dynamic result dimension copies, or a null value.
static std::pair<Value, int64_t> copiedFrom(Operation *op, int64_t i) {
  auto rankOf = [](Value v) { return cast<RankedTensorType>(v.getType()).getRank(); };
  int64_t rank = rankOf(op->getResult(0));
  // Broadcasting aligns at the end; dimensions of 1 give way.
  auto broadcast = [&](ValueRange operands, int64_t i) -> std::pair<Value, int64_t> {
    for (Value v : operands) {
      int64_t at = i - (rank - rankOf(v));
      if (at >= 0 && cast<RankedTensorType>(v.getType()).isDynamicDim(at))
        return {v, at};
    }
    return {};
  };
  using Result = std::pair<Value, int64_t>;
  return llvm::TypeSwitch<Operation *, Result>(op)
      .Case<nn::UnaryOp, nn::ClipOp, nn::CastOp, nn::SoftmaxOp, nn::QuantizeOp, nn::DequantizeOp>(
          [&](auto) { return Result{op->getOperand(0), i}; })
      .Case<nn::BinaryOp, nn::SelectOp>([&](auto) { return broadcast(op->getOperands(), i); })
      .Case<nn::LinearOp, nn::RecurrentOp>([&](auto op) { return Result{op.getInput(), i}; })
      .Case([&](nn::MatmulOp op) {
        if (i == rank - 2)
          return Result{op.getLhs(), rankOf(op.getLhs()) - 2};
        if (i == rank - 1)
          return Result{op.getRhs(), rankOf(op.getRhs()) - 1};
        return broadcast(op->getOperands(), i);
      })
      .Case<nn::ConvOp, nn::PoolOp>([&](auto) { return i < 2 ? Result{op->getOperand(0), i} : Result{}; })
      .Case([&](nn::TransposeOp op) { return Result{op.getInput(), op.getPerm()[i]}; })
      .Case([&](nn::ConcatOp op) {
        return i == static_cast<int64_t>(op.getAxis()) ? Result{} : Result{op.getInputs().front(), i};
      })
      .Case([&](nn::SliceOp op) { return op.getSizes()[i] == -1 ? Result{op.getInput(), i} : Result{}; })
      .Case([&](nn::PadOp op) { return op.getLow()[i] + op.getHigh()[i] == 0 ? Result{op.getInput(), i} : Result{}; })
      .Case([&](nn::BroadcastOp op) { return Result{op.getInput(), i - (rank - rankOf(op.getInput()))}; })
      .Case<nn::ScatterNdOp, nn::ScanOp>([&](auto) { return Result{op->getOperand(0), i}; })
      .Case([&](nn::TopKOp op) { return Result{op.getInput(), i}; }) // the axis itself is known
      .Case([&](nn::GatherNdOp op) {
        int64_t places = rankOf(op.getIndices()) - 1, tuple = cast<RankedTensorType>(op.getIndices().getType()).getDimSize(places);
        return i < places ? Result{op.getIndices(), i} : Result{op.getData(), i - places + op.getBatchDims() + tuple};
      })
      .Case([&](nn::GatherOp op) {
        int64_t axis = op.getAxis(), indices = rankOf(op.getIndices());
        if (i < axis)
          return Result{op.getData(), i};
        return i < axis + indices ? Result{op.getIndices(), i - axis} : Result{op.getData(), i - indices + 1};
      })
      .Case([&](nn::ReduceOp op) {
        int64_t from = 0;
        for (int64_t left = i; !op.getKeepdims(); ++from)
          if (!llvm::is_contained(op.getAxes(), from) && left-- == 0)
            break;
        return Result{op.getInput(), op.getKeepdims() ? i : from};
      })
      .Case([&](nn::ArgReduceOp op) {
        int64_t axis = op.getAxis();
        return Result{op.getInput(), op.getKeepdims() || i < axis ? i : i + 1};
      })
      .Default([](Operation *) { return Result{}; });
}

Dim Symbols::trace(Value value, int64_t i) {
  Operation *op = value.getDefiningOp();
  auto [from, at] = op ? copiedFrom(op, i) : std::pair<Value, int64_t>{};
  if (!from || at < 0 || !cast<RankedTensorType>(from.getType()).isDynamicDim(at))
    return Dim::symbol(named(""));
  return dim(from, at);
}
