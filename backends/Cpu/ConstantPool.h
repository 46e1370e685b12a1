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

class ObjectWriter;

/// Memory at cache lines, where code expects constants. Large blocks are pages of their own: the heap would keep them when they are freed.
void *allocateLines(size_t bytes);
void freeLines(void *memory, size_t bytes);

template <typename T>
struct LineAllocator {
  using value_type = T;
  LineAllocator() = default;
  template <typename U>
  LineAllocator(const LineAllocator<U> &) {}
  T *allocate(size_t count) { return static_cast<T *>(allocateLines(count * sizeof(T))); }
  void deallocate(T *memory, size_t count) { freeLines(memory, count * sizeof(T)); }
  bool operator==(const LineAllocator &) const { return true; }
  bool operator!=(const LineAllocator &) const { return false; }
};

/// Where constants of `kLargeConstant` bytes and more are: in the LLVM module as all others, in this pool for code of this process, or in
/// the object's file, to which they go when they are made. LLVM would hold several copies.
enum class LargeConstants { InModule, InPool, InFile };

constexpr size_t kLargeConstant = 4096;

/// Bytes that become constant globals. The MLIR module only holds external declarations: weights of megabytes are never
/// attributes or text.
class ConstantPool {
public:
  using Bytes = std::vector<char, LineAllocator<char>>;

  /// `file` is where large constants go that are to be in a file.
  ConstantPool(mlir::ModuleOp module, LargeConstants large, ObjectWriter *file) : module(module), large(large), file(file) {}

  /// Address of the constant named by `key`; `make` is called the first time that key is seen. A key names the value
  /// and its layout, so batch tiles share one packed copy.
  mlir::Value address(mlir::OpBuilder &b, mlir::Location loc, const std::string &key, std::function<Bytes()> make);

  /// Gives the declared globals of the translated module their contents, internal linkage and cache line alignment. Those in the pool
  /// stay external; those in a file are parts of one block without contents.
  void define(llvm::Module &llvmModule) const;
  /// Symbols and addresses of the constants that stay in the pool, which must live as long as the code.
  std::vector<std::pair<std::string, const char *>> external() const;

private:
  struct Entry {
    std::string symbol;
    Bytes bytes;
    bool isLarge;
    int64_t offset; // in the file's block
  };
  mlir::ModuleOp module;
  LargeConstants large;
  ObjectWriter *file;
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
