//===- Threads.cpp - kernels that several threads share ----------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
// All threads run the same calls in the same order. Of a loop that is shared each takes a range of its own; sums are never divided,
// so the bits do not depend on how many there are.
#include "backends/Cpu/Threads.h"

using namespace mlir;
using namespace weft;
using namespace weft::cpu;

double Emitter::balance(int64_t units) const {
  return units == 0 ? 0 : double(units) / (threads * llvm::divideCeil(units, threads));
}

void Emitter::each(function_ref<void()> body) {
  Value own = part;
  part = Value();
  body();
  part = own;
}

void Emitter::share(int64_t lo, int64_t hi, int64_t step, function_ref<void(Value)> body) {
  if (!part)
    return loop(lo, hi, step, body);
  int64_t units = hi <= lo ? 0 : llvm::divideCeil(hi - lo, step);
  shareWithRest(units, step, false, [&](Value i) { body(plus(i, lo)); }, [] {});
}

void Emitter::shareWithRest(int64_t whole, int64_t step, bool hasRest, function_ref<void(Value)> body, function_ref<void()> rest) {
  if (!part) {
    loop(0, whole * step, step, body);
    return hasRest ? rest() : void();
  }
  wasShared = true;
  Value units = index(whole + hasRest);
  auto until = [&](Value p) -> Value { return arith::DivUIOp::create(b, loc, mul(units, p), parts); };
  Value from = until(part), to = until(plus(part, 1)), end = hasRest ? minimum(to, index(whole)) : to;
  if (whole > 0)
    loop(times(from, step), times(end, step), step, [&](Value i) { each([&] { body(i); }); });
  if (!hasRest)
    return;
  Value isMine = arith::AndIOp::create(b, loc, less(from, to), atLeast(to, units));
  when(*this, isMine, [&] { each(rest); });
}

void Emitter::inSteps(int64_t extent, int64_t step, bool divide, function_ref<void(Value, int64_t)> body) {
  int64_t whole = extent / step, left = extent % step;
  auto one = [&](Value first) { body(first, step); };
  auto rest = [&] { body(index(whole * step), left); };
  if (divide)
    return shareWithRest(whole, step, left != 0, one, rest);
  loop(0, whole * step, step, one);
  if (left)
    rest();
}

void Emitter::shareNest(ArrayRef<int64_t> extents, function_ref<void(ArrayRef<Value>)> body) {
  int best = -1;
  for (int d = 0; d < static_cast<int>(extents.size()); ++d)
    if (extents[d] > 1 && (best < 0 || balance(extents[d]) > balance(extents[best])))
      best = d;
  if (!part)
    return nest(extents, body);
  if (best < 0)
    return first([&] { nest(extents, body); });
  List<Value> indices;
  nestFrom(extents, best, indices, body);
}

void Emitter::first(function_ref<void()> body) {
  if (!part)
    return body();
  when(*this, arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, part, index(0)), [&] { each(body); });
}

void Emitter::barrier() {
  if (!part)
    return;
  wasShared = true;
  waitForAll(*this, parts);
}

void cpu::when(Emitter &e, Value condition, function_ref<void()> body) {
  auto op = scf::IfOp::create(e.b, e.loc, condition, /*withElseRegion=*/false);
  OpBuilder::InsertionGuard guard(e.b);
  e.b.setInsertionPointToStart(&op.getThenRegion().front());
  body();
}

func::FuncOp cpu::openMpFunction(Emitter &e, StringRef name, TypeRange arguments, TypeRange results) {
  auto module = e.b.getInsertionBlock()->getParentOp()->getParentOfType<ModuleOp>();
  if (auto known = module.lookupSymbol<func::FuncOp>(name))
    return known;
  OpBuilder::InsertionGuard guard(e.b);
  e.b.setInsertionPointToStart(module.getBody());
  auto func = func::FuncOp::create(e.b, e.loc, name, e.b.getFunctionType(arguments, results));
  func.setPrivate();
  return func;
}

void cpu::waitForAll(Emitter &e, Value parts) {
  Value several = e.greater(parts, e.index(1));
  when(e, several, [&] { func::CallOp::create(e.b, e.loc, openMpFunction(e, "GOMP_barrier", {}, {}), ValueRange{}); });
}
