//===- ConstantPool.cpp - constant data of a compiled network -------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "backends/Cpu/ConstantPool.h"
#include "mlir/IR/Builders.h"
#include "llvm/IR/Constants.h"

using namespace mlir;
using namespace weft::cpu;

/// Kernels may read a whole vector at the end of a constant.
static constexpr size_t kSlack = 64;

Value ConstantPool::address(OpBuilder &b, Location loc, const std::string &key, std::function<Bytes()> make) {
  auto [it, isNew] = byKey.try_emplace(key, entries.size());
  if (isNew) {
    Entry entry{"weft_c" + std::to_string(entries.size()), make()};
    entry.bytes.resize(entry.bytes.size() + kSlack, 0);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(module.getBody());
    auto type = LLVM::LLVMArrayType::get(b.getI8Type(), entry.bytes.size());
    LLVM::GlobalOp::create(b, loc, type, /*isConstant=*/true, LLVM::Linkage::External, entry.symbol, Attribute(), 64);
    entries.push_back(std::move(entry));
  }
  return LLVM::AddressOfOp::create(b, loc, LLVM::LLVMPointerType::get(b.getContext()), entries[it->second].symbol);
}

void ConstantPool::define(llvm::Module &llvmModule) const {
  for (const Entry &entry : entries) {
    llvm::GlobalVariable *global = llvmModule.getGlobalVariable(entry.symbol);
    if (!global)
      continue;
    global->setInitializer(llvm::ConstantDataArray::getRaw(llvm::StringRef(entry.bytes.data(), entry.bytes.size()),
                                                           entry.bytes.size(),
                                                           llvm::Type::getInt8Ty(llvmModule.getContext())));
    global->setLinkage(llvm::GlobalValue::InternalLinkage);
    global->setAlignment(llvm::Align(64));
  }
}

int64_t ConstantPool::totalBytes() const {
  int64_t sum = 0;
  for (const Entry &entry : entries)
    sum += entry.bytes.size() - kSlack;
  return sum;
}
