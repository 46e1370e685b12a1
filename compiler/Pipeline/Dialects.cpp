//===- Dialects.cpp - the dialects of the pipeline ----------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Pipeline/Dialects.h"

#include "dialects/Codec/IR/CodecOps.h"
#include "dialects/Flow/IR/FlowOps.h"
#include "dialects/Lut/IR/LutOps.h"
#include "dialects/Nn/IR/NnOps.h"
#include "dialects/Rtl/IR/RtlOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/EmitC/IR/EmitC.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

namespace weft::pipeline {

void registerDialects(mlir::DialectRegistry &registry) {
  registry.insert<nn::NnDialect, codec::CodecDialect, lut::LutDialect, flow::FlowDialect, rtl::RtlDialect, mlir::func::FuncDialect,
                  mlir::arith::ArithDialect, mlir::emitc::EmitCDialect, mlir::LLVM::LLVMDialect>();
}

} // namespace weft::pipeline
