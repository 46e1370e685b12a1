//===- ConstantPool.cpp - constant data of a compiled network -------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "backends/Cpu/ConstantPool.h"
#include "backends/Cpu/ObjectWriter.h"
#include "mlir/IR/Builders.h"
#include "llvm/IR/Constants.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/Memory.h"
#include <new>

using namespace mlir;
using namespace weft::cpu;

/// Kernels may read a whole vector at the end of a constant.
static constexpr size_t kSlack = 64;
static constexpr llvm::Align kLine = llvm::Align::Constant<64>();

/// What is worth a call of the system.
static constexpr size_t kOwnPages = 1 << 20;

void *weft::cpu::allocateLines(size_t bytes) {
  if (bytes < kOwnPages)
    return ::operator new(bytes, std::align_val_t(64));
  std::error_code code;
  auto block = llvm::sys::Memory::allocateMappedMemory(bytes, nullptr, llvm::sys::Memory::MF_READ | llvm::sys::Memory::MF_WRITE, code);
  if (code)
    llvm::report_bad_alloc_error("no memory for constants");
  return block.base();
}

void weft::cpu::freeLines(void *memory, size_t bytes) {
  if (bytes < kOwnPages)
    return ::operator delete(memory, std::align_val_t(64));
  llvm::sys::MemoryBlock block(memory, bytes);
  llvm::sys::Memory::releaseMappedMemory(block);
}

Value ConstantPool::address(OpBuilder &b, Location loc, const std::string &key, std::function<Bytes()> make) {
  auto [it, isNew] = byKey.try_emplace(key, entries.size());
  if (isNew) {
    Entry entry{"weft_c" + std::to_string(entries.size()), make(), false, 0};
    entry.bytes.resize(entry.bytes.size() + kSlack, 0);
    entry.isLarge = large != LargeConstants::InModule && entry.bytes.size() >= kLargeConstant;
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(module.getBody());
    auto type = LLVM::LLVMArrayType::get(b.getI8Type(), entry.bytes.size());
    LLVM::GlobalOp::create(b, loc, type, /*isConstant=*/true, LLVM::Linkage::External, entry.symbol, Attribute(), kLine.value());
    if (entry.isLarge && large == LargeConstants::InFile) {
      entry.offset = file->append(entry.bytes);
      Bytes().swap(entry.bytes);
    }
    entries.push_back(std::move(entry));
  }
  return LLVM::AddressOfOp::create(b, loc, LLVM::LLVMPointerType::get(b.getContext()), entries[it->second].symbol);
}

void ConstantPool::define(llvm::Module &llvmModule) const {
  llvm::Type *byte = llvm::Type::getInt8Ty(llvmModule.getContext());
  llvm::GlobalVariable *block = nullptr;
  if (file && file->blockBytes() > 0) {
    auto *type = llvm::ArrayType::get(byte, file->blockBytes());
    block = new llvm::GlobalVariable(llvmModule, type, /*isConstant=*/true, llvm::GlobalValue::InternalLinkage, llvm::ConstantAggregateZero::get(type),
                                     ObjectWriter::kBlock);
    block->setExternallyInitialized(true); // or LLVM would know that loads are zeros
    block->setSection(ObjectWriter::kEmptySection);
    block->setAlignment(kLine);
  }
  for (const Entry &entry : entries) {
    llvm::GlobalVariable *global = llvmModule.getGlobalVariable(entry.symbol);
    if (!global || (entry.isLarge && large == LargeConstants::InPool))
      continue;
    if (entry.isLarge) {
      global->replaceAllUsesWith(llvm::ConstantExpr::getInBoundsGetElementPtr(byte, block, llvm::ConstantInt::get(llvm::Type::getInt64Ty(byte->getContext()), entry.offset)));
      global->eraseFromParent();
      continue;
    }
    global->setInitializer(llvm::ConstantDataArray::getRaw(llvm::StringRef(entry.bytes.data(), entry.bytes.size()), entry.bytes.size(), byte));
    global->setLinkage(llvm::GlobalValue::InternalLinkage);
    global->setAlignment(kLine);
  }
}

std::vector<std::pair<std::string, const char *>> ConstantPool::external() const {
  std::vector<std::pair<std::string, const char *>> symbols;
  for (const Entry &entry : entries)
    if (entry.isLarge && large == LargeConstants::InPool)
      symbols.emplace_back(entry.symbol, entry.bytes.data());
  return symbols;
}
