//===- Target.cpp - the machine that is compiled for ----------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "backends/Cpu/Target.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/SubtargetFeature.h"
#include <mutex>

using namespace weft::cpu;

static void initializeTargets() {
  static std::once_flag once;
  std::call_once(once, [] {
    llvm::InitializeAllTargetInfos();
    llvm::InitializeAllTargets();
    llvm::InitializeAllTargetMCs();
    llvm::InitializeAllAsmPrinters();
  });
}

static std::string hostFeatures() {
  llvm::SubtargetFeatures features;
  for (auto &feature : llvm::sys::getHostCPUFeatures())
    features.AddFeature(feature.first(), feature.second);
  return features.getString();
}

static TargetInfo describe(const llvm::TargetMachine &machine) {
  TargetInfo t;
  const llvm::MCSubtargetInfo &sub = *machine.getMCSubtargetInfo();
  t.x86 = machine.getTargetTriple().isX86();
  if (!t.x86) { // 128-bit vectors with a fused multiply-add: NEON, RISC-V V at its least
    t.fusedMultiplyAdd = machine.getTargetTriple().isAArch64();
    t.hardwareRounding = t.fusedMultiplyAdd;
    t.rowTile = 6, t.colTile = 3;
    return t;
  }
  auto has = [&](const char *feature) { return sub.checkFeatures(feature); };
  t.avx512 = has("+avx512f") && has("+avx512bw") && has("+avx512vl") && has("+avx512dq");
  t.avx2 = has("+avx2");
  t.fusedMultiplyAdd = has("+fma") || t.avx512;
  t.hardwareRounding = has("+sse4.1");
  t.vnni = t.avx512 ? has("+avx512vnni") : t.avx2 && has("+avxvnni");
  if (t.avx512)
    t.lanes = 16, t.rowTile = 8, t.colTile = 3, t.panelVectors = 19;
  else if (t.avx2)
    t.lanes = 8, t.rowTile = 4, t.colTile = 3, t.panelVectors = 12;
  else
    t.lanes = 4, t.rowTile = 4, t.colTile = 2, t.panelVectors = 12;
  return t;
}

mlir::FailureOr<Target> Target::create(llvm::StringRef cpu, std::string &error) {
  initializeTargets();
  std::string tripleName = llvm::sys::getProcessTriple(), features;
  auto [first, second] = cpu.split(':');
  std::string processor = cpu.str();
  if (!second.empty()) {
    tripleName = llvm::Triple::normalize(first);
    processor = second.str();
  } else if (cpu == "host" || cpu == "native" || cpu.empty()) {
    processor = llvm::sys::getHostCPUName().str();
    features = hostFeatures();
  }
  llvm::Triple triple(tripleName);
  const llvm::Target *found = llvm::TargetRegistry::lookupTarget(triple, error);
  if (!found)
    return mlir::failure();
  std::unique_ptr<llvm::MCSubtargetInfo> probe(found->createMCSubtargetInfo(triple, "", ""));
  if (!probe || !probe->isCPUStringValid(processor)) {
    error = "processor '" + processor + "' is not known for " + tripleName + "; use host, or a name that `llc -mcpu=help` lists";
    return mlir::failure();
  }
  Target target;
  target.targetMachine.reset(found->createTargetMachine(triple, processor, features, llvm::TargetOptions(), llvm::Reloc::PIC_,
                                                        std::nullopt, llvm::CodeGenOptLevel::Aggressive));
  if (!target.targetMachine) {
    error = "LLVM has no code generator for " + tripleName;
    return mlir::failure();
  }
  target.tiles = describe(*target.targetMachine);
  return target;
}

bool Target::runsOnHost() const {
  llvm::Triple host(llvm::sys::getProcessTriple());
  if (host.getArch() != targetMachine->getTargetTriple().getArch())
    return false;
  auto features = llvm::sys::getHostCPUFeatures();
  auto hostHas = [&](const char *name) { return features.lookup(name); };
  return (!tiles.avx512 || (hostHas("avx512f") && hostHas("avx512bw"))) && (!tiles.avx2 || hostHas("avx2")) &&
         (!tiles.vnni || hostHas("avx512vnni") || hostHas("avxvnni"));
}
