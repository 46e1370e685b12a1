//===- Synth.cpp - weft synth: Yosys, nextpnr, icepack ----------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "backends/Verilog/Synth.h"
#include "compiler/Driver/CommandError.h"
#include "compiler/Driver/Commands.h"
#include "compiler/Driver/Session.h"
#include "compiler/Driver/StoredReport.h"
#include "compiler/Report/ReportText.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Program.h"
#include <fmt/format.h>

namespace weft::driver {
namespace {

/// Missing tools are told apart before hours of work, and with exit code 5.
llvm::Error needPrograms(llvm::ArrayRef<llvm::StringRef> programs) {
  for (llvm::StringRef program : programs)
    if (!llvm::sys::findProgramByName(program))
      return missingTool(fmt::format("synthesis needs {}, which is not in PATH; install it", program.str()));
  return llvm::Error::success();
}

/// The device of the command line, else the one the folder was compiled for.
std::string deviceOf(const SynthOptions &options, const llvm::json::Value &manifest) {
  if (!options.device.empty())
    return options.device;
  const llvm::json::Object *compiled = manifest.getAsObject()->getObject("options");
  return compiled ? compiled->getString("device").value_or("xc7").str() : "xc7";
}

llvm::json::Object toJson(const verilog::SynthResult &result, const std::string &device, bool isIce40) {
  llvm::json::Object json{{"device", device}, {"tool", result.megahertz > 0 ? "yosys, nextpnr, icepack" : "yosys"},
                          {"lut", result.lut}, {"ff", result.ff}, {"bram", result.bram}, {"dsp", result.dsp},
                          {"rom_bits", result.romBits}};
  if (isIce40)
    json["spram"] = result.spram;
  else
    json["lut_ram"] = result.lutRam;
  if (result.megahertz > 0)
    json["mhz"] = result.megahertz;
  return json;
}

/// Copies the bitstream to the top of the folder, where it is found.
llvm::Error keepBitstream(const std::string &from, const std::string &folder, const std::string &device, llvm::json::Object &json) {
  std::string name = "bitstream-" + device + ".bin";
  if (std::error_code ec = llvm::sys::fs::copy_file(from, folder + "/" + name))
    return ioError(fmt::format("{}/{}: cannot write: {}", folder, name, ec.message()));
  json["bitstream"] = name;
  return llvm::Error::success();
}

} // namespace

llvm::Error synth(const SynthOptions &options) {
  Session session(options);
  auto manifest = session.manifestOf(options.folder);
  if (!manifest)
    return manifest.takeError();
  std::string rtl = options.folder + "/rtl", device = deviceOf(options, *manifest);
  bool isIce40 = llvm::StringRef(device).starts_with("ice40");
  if (!llvm::sys::fs::is_directory(rtl))
    return usageError(fmt::format("{}: has no rtl/; compile with --target=verilog", options.folder));
  if (options.bitstream && !isIce40)
    return usageError(fmt::format("--bitstream: expected an iCE40 device (--device ice40-up5k), found '{}': open tools make no "
                                  "bitstream for it; rtl/scripts has one for Vivado", device));
  if (auto error = needPrograms({"yosys"}))
    return error;
  if (auto error = options.bitstream ? needPrograms({"nextpnr-ice40", "icepack"}) : llvm::Error::success())
    return error;
  session.progress().stage("synth " + device);
  verilog::SynthOptions synthOptions;
  synthOptions.route = options.bitstream;
  auto result = verilog::synthesize(rtl, device, synthOptions);
  if (!result)
    return failure(ExitCode::Mismatch, llvm::toString(result.takeError()));
  llvm::json::Object json = toJson(*result, device, isIce40);
  if (!result->bitstream.empty())
    if (auto error = keepBitstream(result->bitstream, options.folder, device, json))
      return error;
  if (auto error = mergeIntoReport(options.folder, "synth", llvm::json::Object(json)))
    return error;
  session.progress().finish();
  std::string text = report::synthText(json);
  session.print(std::move(json), text);
  session.printTimes();
  return llvm::Error::success();
}

} // namespace weft::driver
