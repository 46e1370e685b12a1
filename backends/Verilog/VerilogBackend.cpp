//===- VerilogBackend.cpp - the folder of a design -----------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "backends/Verilog/VerilogBackend.h"
#include "backends/Verilog/Library.h"
#include "backends/Verilog/Scripts.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace weft;
using namespace weft::verilog;

namespace {

class Folder {
public:
  Folder(rtl::ModuleOp top, StringRef directory) : top(top), directory(directory) {}

  LogicalResult write(const llvm::Twine &path, llvm::function_ref<void(llvm::raw_ostream &)> print) {
    llvm::SmallString<256> full(directory);
    llvm::sys::path::append(full, path);
    std::error_code error = llvm::sys::fs::create_directories(llvm::sys::path::parent_path(full));
    if (!error) {
      llvm::raw_fd_ostream os(full, error);
      if (!error) {
        print(os);
        os.close();
        error = os.error();
        os.clear_error();
      }
    }
    if (error)
      return top.emitError() << "cannot write '" << full << "': " << error.message();
    return success();
  }

  LogicalResult copy(const llvm::Twine &path, const LibraryFile &file) {
    return write(path, [&](llvm::raw_ostream &os) { os << file.text; });
  }

private:
  rtl::ModuleOp top;
  StringRef directory;
};

/// Every library module that the design instantiates.
std::vector<std::string> modulesOf(rtl::ModuleOp top) {
  std::vector<std::string> modules = {"weft_axis_in", "weft_axis_out"};
  for (auto instance : top.getBody().getOps<rtl::InstanceOp>())
    modules.push_back(instance.getModule().str());
  if (!top.getBody().getOps<rtl::TapOp>().empty())
    modules.push_back("weft_tap");
  return modules;
}

LogicalResult writeBenches(Folder &folder, rtl::ModuleOp top) {
  for (StringRef name : {"weft_bench_source.sv", "weft_bench_sink.sv", "weft_bench_icarus.sv", "sim_main.cpp"})
    if (failed(folder.copy("tb/" + name, *findLibraryFile(name.str()))))
      return failure();
  return folder.write("tb/weft_bench.sv", [&](llvm::raw_ostream &os) { printBench(top, os); });
}

LogicalResult writeScripts(Folder &folder, rtl::ModuleOp top, const std::vector<std::string> &sources) {
  std::string name = top.getSymName().str();
  if (failed(folder.write("scripts/vivado.tcl", [&](auto &os) { os << vivadoScript(name, sources); })) ||
      failed(folder.write("scripts/quartus.tcl", [&](auto &os) { os << quartusScript(name, sources); })))
    return failure();
  return folder.write("scripts/yosys.ys", [&](auto &os) { os << yosysScript(name, sources, "xc7", "scripts/yosys"); });
}

} // namespace

LogicalResult weft::verilog::emitVerilog(ModuleOp module, const VerilogOptions &options, StringRef directory) {
  auto tops = module.getOps<rtl::ModuleOp>();
  if (tops.empty())
    return module.emitError("expected a netlist (rtl.module); run --flow-to-rtl first");
  rtl::ModuleOp top = *tops.begin();
  Folder folder(top, directory);
  std::string text;
  llvm::raw_string_ostream os(text);
  std::string name = top.getSymName().str();
  if (failed(printTop(top, os)) || failed(folder.write(name + ".sv", [&](auto &file) { file << text; })))
    return failure();
  std::vector<std::string> sources;
  for (const std::string &file : libraryClosure(modulesOf(top))) {
    sources.push_back("lib/" + file);
    if (failed(folder.copy("lib/" + file, *findLibraryFile(file))))
      return failure();
  }
  for (auto tables : module.getOps<rtl::LutModuleOp>()) {
    sources.push_back((tables.getSymName() + ".sv").str());
    if (failed(folder.write(sources.back(), [&](auto &file) { printLutModule(tables, file); })))
      return failure();
  }
  sources.push_back(name + ".sv");
  for (rtl::RomOp rom : module.getOps<rtl::RomOp>())
    if (failed(folder.write("rom/" + rom.getSymName() + ".hex", [&](auto &file) { printRom(rom, file); })))
      return failure();
  if (failed(folder.write("filelist.f", [&](auto &file) {
        for (const std::string &source : sources)
          file << source << "\n";
      })) ||
      failed(folder.write("interface.json", [&](auto &file) { printInterface(top, file); })))
    return failure();
  std::string reduced;
  llvm::raw_string_ostream reducedStream(reduced);
  if (succeeded(printPinReduced(top, reducedStream)) &&
      (failed(folder.write(name + "_pins.sv", [&](auto &file) { file << reduced; })) ||
       failed(folder.copy("lib/weft_byte_bridge.sv", *findLibraryFile("weft_byte_bridge.sv")))))
    return failure();
  if (options.benches && failed(writeBenches(folder, top)))
    return failure();
  return options.scripts ? writeScripts(folder, top, sources) : success();
}
