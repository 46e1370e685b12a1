//===- Package.cpp - a library with a C header ---------------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "backends/Cpu/Compile.h"
#include "backends/Cpu/Header.h"
#include "backends/Cpu/ObjectWriter.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace weft;
using namespace weft::cpu;

static LogicalResult writeFile(ModuleOp module, StringRef path, StringRef contents) {
  std::error_code code;
  llvm::raw_fd_ostream stream(path, code);
  if (!code)
    stream << contents;
  if (code || stream.has_error())
    return module.emitError("cannot write ") << path << ": " << (code ? code : stream.error()).message();
  return success();
}

/// Adds the code to the file of large constants, or writes it alone.
static LogicalResult writeObject(ModuleOp module, NativeModule &native, const Target &target, StringRef path, ObjectWriter *writer) {
  SmallVector<char, 0> object;
  llvm::raw_svector_ostream stream(object);
  if (failed(generateObject(native, target, stream)))
    return failure();
  if (!writer)
    return writeFile(module, path, StringRef(object.data(), object.size()));
  if (auto error = writer->finish(object))
    return module.emitError("cannot write ") << path << ": " << llvm::toString(std::move(error));
  return success();
}

/// Links without libraries, but for OpenMP's runtime where there are threads: the object needs memcpy and memset at most, which every
/// process has. No compiler on this machine, or code for another one: the object is what there is.
static void linkShared(const Target &target, bool isThreaded, StringRef object, StringRef library) {
  auto compiler = llvm::sys::findProgramByName("cc");
  if (!compiler || !target.runsOnHost())
    return;
  SmallVector<StringRef> args{*compiler, "-shared", "-nostdlib", "-Wl,-z,noexecstack", "-o", library, object};
  if (isThreaded)
    args.push_back("-lgomp");
  llvm::sys::ExecuteAndWait(*compiler, args);
}

/// Adds one function of the module to the package.
static FailureOr<EntryPoint> addEntry(ModuleOp module, NativeModule &native, OwningOpRef<ModuleOp> &prepared, StringRef prefix,
                                      const CpuOptions &options, const Target &target) {
  prepared = prepare(module, options.entry, target.info());
  if (!prepared)
    return failure();
  auto func = *prepared->getOps<func::FuncOp>().begin();
  EntryPoint entry{prefix.str(), inputSpecs(func), outputSpecs(func), 0, planeSettings(func), options.threads};
  Shapes shapes;
  bool open = onlySamplesAreOpen(func);
  for (TensorSpec &spec : entry.inputs) {
    if (open)
      spec.shape[0] = 1;
    if (llvm::is_contained(spec.shape, -1))
      return func.emitError("input ") << spec.name << " has open dimensions besides the samples; a package needs all of them";
    shapes.push_back(spec.shape);
  }
  auto unit = emitUnit(native, func, shapes, prefix, options, target);
  if (failed(unit))
    return failure();
  if (open && !unit->apart)
    return func.emitError("samples depend on each other, so a package cannot take any number of them; fix dimension 0");
  for (auto [spec, shape] : llvm::zip(entry.outputs, unit->outputs))
    spec.shape = shape;
  entry.workspaceBytes = unit->workspaceBytes;
  return entry;
}

LogicalResult cpu::emitPackage(ModuleOp module, StringRef name, const CpuOptions &options, StringRef outDir) {
  std::string message, symbol = "weft_" + cIdentifier(name);
  auto target = Target::create(options.cpu, message);
  if (failed(target))
    return module.emitError(message);
  SmallString<128> dir(outDir);
  llvm::sys::path::append(dir, "cpu");
  if (std::error_code code = llvm::sys::fs::create_directories(dir))
    return module.emitError("cannot create ") << dir << ": " << code.message();
  auto path = [&](const Twine &file) {
    SmallString<128> full(dir);
    llvm::sys::path::append(full, file);
    return full.str().str();
  };
  std::optional<ObjectWriter> writer;
  if (target->machine().getTargetTriple().isOSBinFormatELF())
    writer.emplace(path(name + ".o"));
  NativeModule native = writer ? createNativeModule(module.getLoc(), LargeConstants::InFile, &*writer)
                               : createNativeModule(module.getLoc(), LargeConstants::InModule);
  std::vector<EntryPoint> entries;
  std::vector<OwningOpRef<ModuleOp>> prepared(2); // constants' keys are addresses in these
  for (auto [i, entry, prefix] : llvm::enumerate(std::vector<std::string>{"main", "core"}, std::vector<std::string>{symbol, symbol + "_core"})) {
    if (i == 1 && !module.lookupSymbol("core"))
      break;
    CpuOptions one = options;
    one.entry = entry;
    one.keepIntermediates = false;
    auto added = addEntry(module, native, prepared[i], prefix, one, *target);
    if (failed(added))
      return failure();
    entries.push_back(*added);
  }
  if (failed(writeObject(module, native, *target, path(name + ".o"), writer ? &*writer : nullptr)) ||
      failed(writeFile(module, path(name + ".h"), headerText(name, entries, options.cpu))) ||
      failed(writeFile(module, path("main.c"), exampleText(name, entries.front()))))
    return failure();
  linkShared(*target, options.threads > 1, path(name + ".o"), path("lib" + name + ".so"));
  return success();
}
