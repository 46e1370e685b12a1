//===- Lower.cpp - from loops to objects ----------------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "backends/Cpu/Module.h"
#include "mlir/Conversion/ArithToLLVM/ArithToLLVM.h"
#include "mlir/Conversion/ControlFlowToLLVM/ControlFlowToLLVM.h"
#include "mlir/Conversion/FuncToLLVM/ConvertFuncToLLVM.h"
#include "mlir/Conversion/FuncToLLVM/ConvertFuncToLLVMPass.h"
#include "mlir/Conversion/ReconcileUnrealizedCasts/ReconcileUnrealizedCasts.h"
#include "mlir/Conversion/SCFToControlFlow/SCFToControlFlow.h"
#include "mlir/Conversion/VectorToLLVM/ConvertVectorToLLVMPass.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/Passes/PassBuilder.h"

using namespace mlir;
using namespace weft;
using namespace weft::cpu;

LogicalResult cpu::lowerToLlvm(ModuleOp module) {
  module.getContext()->loadDialect<cf::ControlFlowDialect>();
  PassManager passes(module.getContext());
  passes.enableVerifier(false);
  passes.addPass(createSCFToControlFlowPass());
  passes.addPass(createConvertVectorToLLVMPass());
  passes.addPass(createArithToLLVMConversionPass());
  passes.addPass(createConvertControlFlowToLLVMPass());
  passes.addPass(createConvertFuncToLLVMPass());
  passes.addPass(createReconcileUnrealizedCastsPass());
  return passes.run(module);
}

/// Kernels see buffers that never overlap; they stay functions of their own, so that each is optimised alone.
static void annotate(llvm::Module &module, const NativeModule &native) {
  for (llvm::Function &f : module)
    if (!f.isDeclaration()) {
      f.addFnAttr(llvm::Attribute::NoUnwind);
      f.setLinkage(llvm::GlobalValue::InternalLinkage);
    }
  for (const std::string &name : native.exports)
    module.getFunction(name)->setLinkage(llvm::GlobalValue::ExternalLinkage);
  for (const std::string &name : native.kernels) {
    llvm::Function *f = module.getFunction(name);
    f->addFnAttr(llvm::Attribute::NoInline);
    for (llvm::Argument &argument : f->args())
      if (argument.getType()->isPointerTy())
        argument.addAttr(llvm::Attribute::NoAlias);
  }
}

static void optimize(llvm::Module &module, llvm::TargetMachine &machine) {
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager graphs;
  llvm::ModuleAnalysisManager modules;
  llvm::PipelineTuningOptions tuning;
  // Kernels are unrolled and hold vectors already; LLVM would unroll row copies to thousands of moves.
  tuning.SLPVectorization = false;
  tuning.LoopUnrolling = false;
  llvm::PassBuilder builder(&machine, tuning);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(graphs);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, graphs, modules);
  builder.buildPerModuleDefaultPipeline(llvm::OptimizationLevel::O3).run(module, modules);
}

LogicalResult cpu::generateObject(NativeModule &native, const Target &target, llvm::raw_pwrite_stream &object) {
  ModuleOp module = *native.module;
  if (failed(lowerToLlvm(module)))
    return failure();
  DialectRegistry registry;
  registerBuiltinDialectTranslation(registry);
  registerLLVMDialectTranslation(registry);
  module.getContext()->appendDialectRegistry(registry);
  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> translated = translateModuleToLLVMIR(module, context, "weft");
  if (!translated)
    return failure();
  llvm::TargetMachine &machine = target.machine();
  // First of all: without a triple LLVM expands zero fills to byte loops.
  translated->setTargetTriple(machine.getTargetTriple());
  translated->setDataLayout(machine.createDataLayout());
  translated->setPICLevel(llvm::PICLevel::BigPIC);
  native.pool->define(*translated);
  annotate(*translated, native);
  optimize(*translated, machine);
  llvm::legacy::PassManager codegen;
  if (machine.addPassesToEmitFile(codegen, object, nullptr, llvm::CodeGenFileType::ObjectFile)) {
    module.emitError("LLVM cannot write an object for this target");
    return failure();
  }
  codegen.run(*translated);
  return success();
}
