//===- ConstantPool.h - constant data of a compiled network -----------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef BACKENDS_CPU_CONSTANTPOOL_H
#define BACKENDS_CPU_CONSTANTPOOL_H

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/IR/Module.h"
#include <functional>

namespace weft::cpu {

/// Bytes that become constant globals. The MLIR module only holds external declarations: weights of megabytes are never
/// attributes or text, they enter the LLVM module by `define` after translation.
class ConstantPool {
public:
  using Bytes = std::vector<char>;

  explicit ConstantPool(mlir::ModuleOp module) : module(module) {}

  /// Address of the constant named by `key`; `make` is called the first time that key is seen. A key names the value
  /// and its layout, so batch tiles share one packed copy.
  mlir::Value address(mlir::OpBuilder &b, mlir::Location loc, const std::string &key, std::function<Bytes()> make);

  /// Gives the declared globals their contents, internal linkage and cache line alignment.
  void define(llvm::Module &llvmModule) const;
  int64_t totalBytes() const;

private:
  struct Entry {
    std::string symbol;
    Bytes bytes;
  };
  mlir::ModuleOp module;
  std::vector<Entry> entries;
  llvm::StringMap<unsigned> byKey;
};

/// The bytes of a vector of numbers.
template <typename T>
ConstantPool::Bytes toBytes(const std::vector<T> &values) {
  const char *data = reinterpret_cast<const char *>(values.data());
  return ConstantPool::Bytes(data, data + values.size() * sizeof(T));
}

} // namespace weft::cpu

#endif // BACKENDS_CPU_CONSTANTPOOL_H
