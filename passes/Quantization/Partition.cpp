//===- Partition.cpp - outlines the integers of @main ------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Quantization/Passes.h"
#include "passes/Quantization/Values.h"

#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringSet.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/SymbolTable.h"

using namespace mlir;

namespace weft::quantization {
#define GEN_PASS_DEF_PARTITION
#include "passes/Quantization/Passes.h.inc"

namespace {

/// A constant, or an expression over constants: copied to where it is used.
bool isConstantExpression(Operation *op) {
  if (op->hasTrait<OpTrait::ConstantLike>())
    return true;
  return isa<codec::Expression>(op) &&
         llvm::all_of(op->getOperands(), [](Value v) { return v.getDefiningOp() && isConstantExpression(v.getDefiningOp()); });
}

/// The result of an integer linear operator.
bool makesSumOfIntegers(Value v) { return nn::asAffine(v.getDefiningOp()) && isIntegerTensor(v); }

/// Integer operators of the arithmetic contract. Index arithmetic (arg_reduce, gather at computed places, cast) is none of them.
bool isCoreKind(Operation *op) {
  // A bias for each position (A3b); sums of two computed integers are shape arithmetic.
  if (auto add = dyn_cast<nn::BinaryOp>(op))
    return add.getKind() == nn::BinaryKind::add && isIntegerTensor(add.getResult()) && makesSumOfIntegers(add.getLhs()) &&
           add.getRhs().getDefiningOp() && isConstantExpression(add.getRhs().getDefiningOp());
  if (auto gather = dyn_cast<nn::GatherOp>(op))
    return isFixedGather(gather) && isIntegerTensor(gather.getResult());
  return isa<nn::LinearOp, nn::ConvOp, nn::PoolOp, nn::RequantizeOp, nn::ThresholdOp, nn::QaddOp, nn::QmulOp, nn::QrecurrentOp, nn::TableOp, nn::ReshapeOp,
             nn::TransposeOp, nn::ConcatOp, nn::SliceOp, nn::PadOp>(op) &&
         isIntegerTensor(op->getResult(0));
}

/// The part of the core each integer operation belongs to: 0 before any floating point that lies between integers, 1 after
/// the first, and so on. So each part is convex.
class Stages {
public:
  explicit Stages(func::FuncOp function) {
    for (Operation &op : function.getOps()) {
      int stage = 0;
      bool reachedByCode = false;
      for (Value v : op.getOperands()) {
        Operation *maker = v.getDefiningOp();
        if (!maker) {
          reachedByCode |= isIntegerTensor(v) && formatOf(tensorType(v).getElementType());
          continue;
        }
        stage = std::max(stage, stageOf.lookup(maker));
        reachedByCode |= isa<nn::QuantizeOp>(maker) || isCore.contains(maker);
        if (isCore.contains(maker) && !isCoreKind(&op))
          stage = std::max(stage, stageOf.lookup(maker) + 1);
      }
      stageOf[&op] = stage;
      if (reachedByCode && isCoreKind(&op)) {
        isCore.insert(&op);
        if (static_cast<size_t>(stage) >= parts.size())
          parts.resize(stage + 1);
        parts[stage].push_back(&op);
      }
    }
    llvm::erase_if(parts, [](const SmallVector<Operation *> &part) { return part.empty(); });
  }
  std::vector<SmallVector<Operation *>> parts;

private:
  llvm::DenseMap<Operation *, int> stageOf;
  llvm::DenseSet<Operation *> isCore;
};

/// The name of a network input where `v` is its code, else that of the layer.
std::string inputName(Value v) {
  auto quantize = v.getDefiningOp<nn::QuantizeOp>();
  return valueName(quantize ? quantize.getInput() : v);
}

/// The name of the network output that is the dequantized `v`, else that of the layer.
std::string outputName(Value v) {
  for (Operation *user : v.getUsers())
    if (isa<nn::DequantizeOp>(user))
      for (OpOperand &use : user->getUses())
        if (auto ret = dyn_cast<func::ReturnOp>(use.getOwner()))
          if (auto name = ret->getParentOfType<func::FuncOp>().getResultAttrOfType<StringAttr>(use.getOperandNumber(), nn::kNameAttr))
            return name.str();
  return StringRef(valueName(v)).rsplit(".requantize").first.str();
}

DictionaryAttr nameAttr(OpBuilder &b, StringRef name) {
  return b.getDictionaryAttr(b.getNamedAttr(nn::kNameAttr, b.getStringAttr(name)));
}

/// Moves one part into a function of its own and calls it where the last operation was.
class Outliner {
public:
  Outliner(func::FuncOp main, ArrayRef<Operation *> ops) : main(main), ops(ops) {
    llvm::SmallPtrSet<Operation *, 16> inside(ops.begin(), ops.end());
    for (Operation *op : ops) {
      for (Value v : op->getOperands()) {
        Operation *maker = v.getDefiningOp();
        if (maker && isConstantExpression(maker))
          collectConstants(maker);
        else if (!maker || !inside.contains(maker))
          inputs.insert(v);
      }
      for (Value v : op->getResults())
        if (llvm::any_of(v.getUsers(), [&](Operation *user) { return !inside.contains(user); }))
          outputs.push_back(v);
    }
  }

  void outline(StringRef name) {
    func::FuncOp core = makeFunction(name);
    distinguishLayers(core);
    replaceByCall(core);
  }

private:
  /// A layer has one value, which executors are compared by: of several operations that one node became the last that computes keeps its name, the
  /// others are called `layer.transpose` or what they are.
  static void distinguishLayers(func::FuncOp core) {
    auto hasLayer = [](Operation &op) { return !isConstantExpression(&op) && !nn::layerName(&op).empty(); };
    llvm::StringMap<Operation *> owners;
    for (Operation &op : core.getOps())
      if (hasLayer(op))
        if (Operation *&owner = owners[nn::layerName(&op)]; !owner || !isa<nn::ReshapeOp, nn::TransposeOp>(op))
          owner = &op;
    llvm::StringSet<> taken;
    for (auto &entry : owners)
      taken.insert(entry.getKey());
    for (Operation &op : core.getOps()) {
      if (!hasLayer(op) || owners.lookup(nn::layerName(&op)) == &op)
        continue;
      std::string name = (nn::layerName(&op) + "." + op.getName().stripDialect()).str(), unique = name;
      for (int i = 1; !taken.insert(unique).second; ++i)
        unique = name + "." + std::to_string(i);
      nn::setLayerName(&op, unique);
    }
  }

  void collectConstants(Operation *op) {
    for (Value v : op->getOperands())
      collectConstants(v.getDefiningOp());
    constants.insert(op);
  }

  func::FuncOp makeFunction(StringRef name) {
    OpBuilder b(main.getContext());
    b.setInsertionPointAfter(main);
    auto type = b.getFunctionType(TypeRange(inputs.getArrayRef()), TypeRange(ValueRange(outputs)));
    auto core = func::FuncOp::create(b, main.getLoc(), name, type);
    for (auto [i, v] : llvm::enumerate(inputs))
      core.setArgAttrs(i, nameAttr(b, inputName(v)));
    for (auto [i, v] : llvm::enumerate(outputs))
      core.setResultAttrs(i, nameAttr(b, outputName(v)));
    Block *body = core.addEntryBlock();
    b.setInsertionPointToStart(body);
    IRMapping map;
    for (auto [v, argument] : llvm::zip(inputs, body->getArguments()))
      map.map(v, argument);
    // Each constant just before its first user, for reading.
    for (Operation *op : ops) {
      for (Operation *constant : constants)
        if (llvm::is_contained(constant->getUsers(), op) && !map.contains(constant->getResult(0)))
          cloneConstant(b, constant, map);
      b.clone(*op, map);
    }
    SmallVector<Value> results;
    for (Value v : outputs)
      results.push_back(map.lookup(v));
    func::ReturnOp::create(b, main.getLoc(), results);
    return core;
  }

  void cloneConstant(OpBuilder &b, Operation *constant, IRMapping &map) {
    for (Value v : constant->getOperands())
      if (!map.contains(v))
        cloneConstant(b, v.getDefiningOp(), map);
    b.clone(*constant, map);
  }

  void replaceByCall(func::FuncOp core) {
    // After everything it takes in, before everything that uses it: quantize operations move up to their operands first.
    OpBuilder b(main.getContext());
    Operation *last = nullptr;
    for (Value v : inputs)
      if (Operation *maker = v.getDefiningOp(); maker && (!last || last->isBeforeInBlock(maker)))
        last = maker;
    if (last)
      b.setInsertionPointAfter(last);
    else
      b.setInsertionPointToStart(&main.getBody().front());
    auto call = func::CallOp::create(b, main.getLoc(), core, inputs.getArrayRef());
    for (auto [v, result] : llvm::zip(outputs, call.getResults()))
      v.replaceAllUsesWith(result);
    for (Operation *op : llvm::reverse(ops))
      op->erase();
    moveUsersAfter(call);
  }

  /// Operations that use the call's results, in order, if they were before it.
  void moveUsersAfter(func::CallOp call) {
    llvm::SetVector<Operation *> late;
    SmallVector<Operation *> work{call};
    while (!work.empty())
      for (Operation *user : work.pop_back_val()->getUsers())
        if (user->isBeforeInBlock(call) && late.insert(user))
          work.push_back(user);
    SmallVector<Operation *> sorted = late.takeVector();
    llvm::sort(sorted, [](Operation *a, Operation *b) { return a->isBeforeInBlock(b); });
    Operation *position = call;
    for (Operation *op : sorted) {
      op->moveAfter(position);
      position = op;
    }
  }

  func::FuncOp main;
  ArrayRef<Operation *> ops;
  llvm::SetVector<Value> inputs;
  SmallVector<Value> outputs;
  llvm::SetVector<Operation *> constants;
};

struct PartitionPass : impl::PartitionBase<PartitionPass> {
  void runOnOperation() override {
    auto main = getOperation().lookupSymbol<func::FuncOp>("main");
    if (!main || main.isExternal() || getOperation().lookupSymbol("core"))
      return;
    Stages stages(main);
    // Each function goes right after @main, so the last comes first.
    for (size_t i = stages.parts.size(); i-- > 0;)
      Outliner(main, stages.parts[i]).outline(i == 0 ? std::string("core") : "core_" + std::to_string(i));
    if (stages.parts.size() > 1)
      main.emitRemark() << "the integers are in " << stages.parts.size()
                        << " functions, because floating point lies between them";
    eraseDead(main);
  }

  static void eraseDead(func::FuncOp main) {
    for (Operation &op : llvm::make_early_inc_range(llvm::reverse(main.getBody().front())))
      if (isOpTriviallyDead(&op))
        op.erase();
  }
};

} // namespace
} // namespace weft::quantization
