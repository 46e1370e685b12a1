//===- CodecEvaluate.cpp - what every codec operation is worth --------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//
// Thin over runtime/reference, which defines the rules.
//===-------------------------------------------------------------------------===//
#include "dialects/Codec/IR/CodecOps.h"
#include "runtime/reference/Codec.h"

using namespace mlir;
using namespace weft;
using namespace weft::codec;

using Operands = llvm::ArrayRef<const reference::Tensor *>;
using Outcome = reference::Result<reference::Tensor>;

Outcome LookupOp::evaluate(Operands x) { return reference::lookup(*x[0], *x[1]); }
Outcome ScatterOp::evaluate(Operands x) { return reference::scatter(*x[0], *x[1]); }
