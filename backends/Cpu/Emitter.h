//===- Emitter.h - short forms for writing loops over buffers ---------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef BACKENDS_CPU_EMITTER_H
#define BACKENDS_CPU_EMITTER_H

#include "backends/Cpu/Target.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include <functional>

namespace weft::cpu {

/// How an nn element type is stored: f16, bf16 and f32 as f32, f64; integers in the next i8, i16, i32 or i64.
mlir::Type storageType(mlir::Type element);
/// What it is computed in: f32, f64, i32, or i64 where 32 bits do not hold every value.
mlir::Type computeType(mlir::Type element);
int64_t storageBytes(mlir::Type element);
/// True for `uiN` and for booleans (i1): widened with zeros.
bool isUnsigned(mlir::Type element);

/// Writes scf, arith, vector and llvm operations. Values are scalars or 1-D vectors of `lanes`; indices are i64.
class Emitter {
public:
  Emitter(mlir::OpBuilder &b, mlir::Location loc, const TargetInfo &target) : b(b), loc(loc), target(target) {}

  mlir::OpBuilder &b;
  mlir::Location loc;
  const TargetInfo &target;

  using Value = mlir::Value;
  using Type = mlir::Type;
  template <typename T>
  using List = mlir::SmallVector<T>;

  // --- types and constants
  Type i64() { return b.getI64Type(); }
  Type vec(Type scalar, int lanes);
  int lanesOf(Value v);
  Value index(int64_t value);
  /// A constant of a scalar or vector type (splat).
  Value number(Type type, double value);
  Value integer(Type type, int64_t value);
  Value splat(Value scalar, int lanes);

  // --- arithmetic, on integers or floats alike
  Value add(Value l, Value r);
  Value sub(Value l, Value r);
  Value mul(Value l, Value r);
  /// acc + l·r on floats: one rounding where the machine has it, two elsewhere.
  Value fma(Value l, Value r, Value acc);
  Value maximum(Value l, Value r);
  Value minimum(Value l, Value r);
  Value select(Value condition, Value l, Value r);
  Value less(Value l, Value r);
  Value greater(Value l, Value r);
  Value atLeast(Value l, Value r);
  Value bitcast(Value v, Type scalar);
  /// Integer of another width (sign extension), int ↔ float (signed).
  Value convert(Value v, Type scalar);
  /// i64 index arithmetic with folding.
  Value plus(Value l, int64_t r) { return r == 0 ? l : add(l, index(r)); }
  Value times(Value l, int64_t r) { return r == 1 ? l : mul(l, index(r)); }

  // --- memory
  Value at(Value base, Value offset, Type storage);
  Value at(Value base, int64_t offset, Type storage) { return at(base, index(offset), storage); }
  /// Raw load of a storage scalar or vector; only the first `count` lanes are touched if 0 < count < lanes.
  Value rawLoad(Value pointer, Type storage, int lanes, int count = 0);
  void rawStore(Value value, Value pointer, int count = 0);
  /// Elements of an nn type, widened to its compute type, and back.
  Value load(Value base, Value offset, Type element, int lanes = 1, int count = 0);
  void store(Value value, Value base, Value offset, Type element, int count = 0);
  /// Elements at base[indices]; indices are vectors of i32, not negative.
  Value gather(Value base, Value indices, Type storage);
  /// Asks for the cache line at `pointer`, which need not exist, to be near when it is read.
  void prefetch(Value pointer);
  /// Widens stored elements to the compute type; narrows (wraps) a compute value to what the element type holds.
  Value widen(Value stored, Type element);
  Value wrap(Value value, Type element);
  /// A computed float as the element type holds it: f16 and bf16 are rounded, ties to even.
  Value rounded(Value value, Type element);

  // --- control
  void loop(Value lo, Value hi, int64_t step, mlir::function_ref<void(Value)> body);
  void loop(int64_t lo, int64_t hi, int64_t step, mlir::function_ref<void(Value)> body);
  List<Value> loopCarry(Value lo, Value hi, int64_t step, mlir::ValueRange inits,
                        mlir::function_ref<List<Value>(Value, mlir::ValueRange)> body);
  /// A nest over `extents`, with all indices.
  void nest(mlir::ArrayRef<int64_t> extents, mlir::function_ref<void(mlir::ArrayRef<Value>)> body);

  // --- threads (Threads.cpp)
  /// Every thread runs the same code: the number of this one and how many there are (i64), or null where one thread does it all.
  Value part, parts;
  /// Most threads there can be.
  int threads = 1;
  /// Work was shared: the other threads have to be waited for.
  bool wasShared = false;
  bool isShared() const { return static_cast<bool>(part); }
  /// A loop whose iterations are divided between the threads; what is inside belongs to one.
  void share(int64_t lo, int64_t hi, int64_t step, mlir::function_ref<void(Value)> body);
  /// The same over `whole` units of `step`, and one that is different.
  void shareWithRest(int64_t whole, int64_t step, bool hasRest, mlir::function_ref<void(Value)> body, mlir::function_ref<void()> rest);
  /// Calls body(first, count) to cover [0, extent) by `step`, and by what is left; divided between the threads if `divide` is set.
  void inSteps(int64_t extent, int64_t step, bool divide, mlir::function_ref<void(Value, int64_t)> body);
  /// A nest, divided along the dimension that divides best.
  void shareNest(mlir::ArrayRef<int64_t> extents, mlir::function_ref<void(mlir::ArrayRef<Value>)> body);
  /// One thread alone.
  void first(mlir::function_ref<void()> body);
  /// Every thread, each with memory of its own.
  void each(mlir::function_ref<void()> body);
  /// All threads have written what they were to write.
  void barrier();
  /// How evenly so many units divide, 0 to 1.
  double balance(int64_t units) const;
  Value intrinsic(llvm::StringRef name, Type result, mlir::ValueRange args);

private:
  Value mask(int lanes, int count);
  void nestFrom(mlir::ArrayRef<int64_t> extents, int shared, List<Value> &indices, mlir::function_ref<void(mlir::ArrayRef<Value>)> body);
};

} // namespace weft::cpu

#endif // BACKENDS_CPU_EMITTER_H
