//===- SharedKernels.cpp - one kernel for equal layers ---------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "backends/Cpu/SharedKernels.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/OperationSupport.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;
using namespace weft;
using namespace weft::cpu;

/// Of everything but the constants' symbols and the uses of values.
static llvm::hash_code hashOf(func::FuncOp kernel) {
  llvm::hash_code hash = llvm::hash_value(kernel.getFunctionType().getAsOpaquePointer());
  kernel.getBody().walk([&](Operation *op) {
    bool isAddress = isa<LLVM::AddressOfOp>(op);
    hash = llvm::hash_combine(hash, isAddress ? llvm::hash_value(op->getName().getAsOpaquePointer())
                                              : OperationEquivalence::computeHash(op, OperationEquivalence::ignoreHashValue, OperationEquivalence::ignoreHashValue,
                                                                                  OperationEquivalence::IgnoreLocations));
  });
  return hash;
}

/// Makes arguments of the constants, in the order in which they are met first.
static std::vector<std::string> takeConstants(func::FuncOp kernel) {
  llvm::MapVector<StringRef, Value> arguments;
  SmallVector<LLVM::AddressOfOp> addresses;
  kernel.walk([&](LLVM::AddressOfOp op) { addresses.push_back(op); });
  Block &entry = kernel.getBody().front();
  for (LLVM::AddressOfOp op : addresses) {
    auto [it, isNew] = arguments.try_emplace(op.getGlobalName());
    if (isNew)
      it->second = entry.addArgument(op.getType(), op.getLoc());
    op.getResult().replaceAllUsesWith(it->second);
  }
  kernel.setFunctionType(FunctionType::get(kernel.getContext(), entry.getArgumentTypes(), {}));
  std::vector<std::string> names;
  for (auto &[name, argument] : arguments)
    names.push_back(name.str());
  for (LLVM::AddressOfOp op : addresses)
    op.erase();
  return names;
}

std::vector<KernelUse> cpu::shareKernels(ArrayRef<func::FuncOp> kernels) {
  std::vector<KernelUse> uses;
  llvm::MapVector<size_t, SmallVector<size_t>> alike; // by hash
  for (auto [i, kernel] : llvm::enumerate(kernels)) {
    uses.push_back({kernel, {}});
    alike[hashOf(kernel)].push_back(i);
  }
  for (auto &[hash, members] : alike) {
    if (members.size() < 2)
      continue;
    for (size_t i : members)
      uses[i].constants = takeConstants(kernels[i]);
    for (size_t j = 1; j < members.size(); ++j)
      for (size_t i = 0; i < j; ++i) {
        func::FuncOp first = kernels[members[i]], second = kernels[members[j]];
        bool isOwn = uses[members[i]].kernel == first;
        if (!isOwn || !OperationEquivalence::isRegionEquivalentTo(&first.getBody(), &second.getBody(), OperationEquivalence::IgnoreLocations))
          continue;
        uses[members[j]].kernel = first;
        second.erase();
        break;
      }
  }
  return uses;
}
