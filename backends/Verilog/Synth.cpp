//===- Synth.cpp - open-source synthesis of a design ---------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "backends/Verilog/Synth.h"
#include "backends/Verilog/Interface.h"
#include "backends/Verilog/Scripts.h"
#include "backends/Verilog/Tools.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"

using namespace weft;
using namespace weft::verilog;

namespace {

struct Device {
  std::string family, flag, package;
  int64_t dsp = -1; ///< DSPs of the device; -1: enough
};

llvm::Expected<Device> deviceOf(llvm::StringRef name) {
  if (name.starts_with("xc7"))
    return Device{"xc7", "", "", -1};
  if (name == "ice40-up5k" || name == "up5k")
    return Device{"ice40", "--up5k", "sg48", 8};
  if (name == "ice40-hx8k" || name == "hx8k")
    return Device{"ice40", "--hx8k", "ct256", 0};
  return llvm::createStringError("unknown device '%s'; known are xc7 parts, ice40-up5k and ice40-hx8k",
                                 name.str().c_str());
}

/// Yosys reads a missing image as zeros with a warning in some versions: look before it does.
llvm::Error checkRoms(llvm::StringRef directory, llvm::StringRef top) {
  auto text = readText((directory + "/" + top + ".sv").str());
  if (!text)
    return text.takeError();
  llvm::StringRef rest = *text, marker = "{`WEFT_ROM_DIR, \"";
  for (size_t at = rest.find(marker); at != llvm::StringRef::npos; at = rest.find(marker)) {
    rest = rest.drop_front(at + marker.size());
    std::string rom = (directory + "/rom/" + rest.take_until([](char c) { return c == '"'; })).str();
    uint64_t size = 0;
    if (!llvm::StringRef(rom).ends_with(".hex"))
      rom += "0000.hex"; // the first of several
    if (llvm::sys::fs::file_size(rom, size) || size == 0)
      return llvm::createStringError("the ROM image '%s' is missing or empty", rom.c_str());
  }
  return llvm::Error::success();
}

/// Counts by cell type, from `stat -json`.
llvm::Expected<SynthResult> readStatistics(llvm::StringRef path) {
  auto text = readText(path);
  if (!text)
    return text.takeError();
  size_t brace = text->find('{');
  auto json = llvm::json::parse(brace == std::string::npos ? "" : llvm::StringRef(*text).substr(brace));
  if (!json)
    return json.takeError();
  const llvm::json::Object *design = json->getAsObject() ? json->getAsObject()->getObject("design") : nullptr;
  const llvm::json::Object *cells = design ? design->getObject("num_cells_by_type") : nullptr;
  if (!cells)
    return llvm::createStringError("'%s' holds no cell counts", path.str().c_str());
  SynthResult result;
  for (const auto &[key, value] : *cells) {
    llvm::StringRef cell = key;
    int64_t count = value.getAsInteger().value_or(0);
    if (cell.starts_with("LUT") || cell == "SB_LUT4")
      result.lut += count;
    else if (cell.starts_with("RAM32M") || cell.starts_with("RAM64M"))
      result.lut += 4 * count, result.lutRam += 4 * count;
    else if (cell.starts_with("RAM64X1D") || cell.starts_with("RAM32X1D"))
      result.lut += 2 * count, result.lutRam += 2 * count;
    else if (cell.starts_with("RAM128X1D"))
      result.lut += 4 * count, result.lutRam += 4 * count;
    else if (cell.starts_with("SRL"))
      result.lut += count, result.lutRam += count;
    else if (cell.starts_with("FD") || cell.starts_with("SB_DFF"))
      result.ff += count;
    else if (cell.starts_with("RAMB36") || cell.starts_with("SB_RAM40"))
      result.bram += count;
    else if (cell.starts_with("RAMB18"))
      result.bram += count / 2.0;
    else if (cell.starts_with("DSP48") || cell == "SB_MAC16")
      result.dsp += count;
    else if (cell == "SB_SPRAM256KA")
      result.spram += count;
  }
  if (result.lut == 0)
    return llvm::createStringError("no LUT is left after synthesis: the design was optimised away ('%s')",
                                   path.str().c_str());
  return result;
}

/// A parameter of a cell in Yosys' JSON: binary digits, the most significant first.
int64_t parameterOf(const llvm::json::Object &cell, llvm::StringRef name) {
  const llvm::json::Object *parameters = cell.getObject("parameters");
  llvm::StringRef digits = parameters ? parameters->getString(name).value_or("") : "";
  uint64_t value = 0;
  return digits.take_back(63).getAsInteger(2, value) ? 0 : static_cast<int64_t>(value);
}

/// Bits of the memories that nothing writes.
llvm::Expected<int64_t> readRomBits(llvm::StringRef path) {
  auto text = readText(path);
  if (!text)
    return text.takeError();
  auto json = llvm::json::parse(*text);
  if (!json)
    return json.takeError();
  int64_t bits = 0;
  const llvm::json::Object *modules = json->getAsObject() ? json->getAsObject()->getObject("modules") : nullptr;
  for (const auto &[name, module] : modules ? *modules : llvm::json::Object())
    if (const llvm::json::Object *cells = module.getAsObject()->getObject("cells"))
      for (const auto &[cellName, value] : *cells)
        if (const llvm::json::Object &cell = *value.getAsObject(); parameterOf(cell, "WR_PORTS") == 0)
          bits += parameterOf(cell, "WIDTH") * parameterOf(cell, "SIZE");
  return bits;
}

llvm::Expected<SynthResult> runYosys(llvm::StringRef directory, const std::string &top,
                                     const std::vector<std::string> &sources, const Device &device, bool dsp) {
  std::string stem = "synth/" + device.family;
  std::string script = yosysScript(top, sources, device.family, stem, dsp);
  if (llvm::Error error = writeText((directory + "/" + stem + ".ys").str(), script))
    return std::move(error);
  if (llvm::Error error = runTool("yosys", {"-q", "-s", stem + ".ys"}, directory, stem + ".log"))
    return std::move(error);
  auto result = readStatistics((directory + "/" + stem + ".stat.json").str());
  if (!result)
    return result;
  auto romBits = readRomBits((directory + "/" + stem + ".memories.json").str());
  if (!romBits)
    return romBits.takeError();
  result->romBits = *romBits;
  return result;
}

llvm::Error route(llvm::StringRef directory, const Device &device, const SynthOptions &options, SynthResult &result) {
  if (llvm::Error error = runTool("nextpnr-ice40",
                                  {device.flag, "--package", device.package, "--json", "synth/ice40.json", "--asc",
                                   "synth/design.asc", "--pcf-allow-unconstrained", "--seed", std::to_string(options.seed),
                                   "--report", "synth/report.json", "--timing-allow-fail", "--quiet"},
                                  directory, "synth/nextpnr.log"))
    return error;
  auto text = readText((directory + "/synth/report.json").str());
  if (!text)
    return text.takeError();
  auto json = llvm::json::parse(*text);
  if (!json)
    return json.takeError();
  if (const llvm::json::Object *clocks = json->getAsObject()->getObject("fmax"))
    for (const auto &[name, clock] : *clocks)
      if (const llvm::json::Object *numbers = clock.getAsObject()) {
        double achieved = numbers->getNumber("achieved").value_or(0);
        result.megahertz = result.megahertz == 0 ? achieved : std::min(result.megahertz, achieved);
      }
  if (llvm::Error error = runTool("icepack", {"synth/design.asc", "synth/design.bin"}, directory, "synth/icepack.log"))
    return error;
  result.bitstream = (directory + "/synth/design.bin").str();
  return llvm::Error::success();
}

} // namespace

llvm::Expected<SynthResult> weft::verilog::synthesize(llvm::StringRef directory, llvm::StringRef deviceName,
                                                      const SynthOptions &options) {
  auto device = deviceOf(deviceName);
  if (!device)
    return device.takeError();
  auto interface = readInterface(directory);
  if (!interface)
    return interface.takeError();
  std::string top = interface->top;
  if (llvm::Error error = checkRoms(directory, top))
    return std::move(error);
  auto list = readText((directory + "/filelist.f").str());
  if (!list)
    return list.takeError();
  std::vector<std::string> sources;
  for (llvm::StringRef line : llvm::split(*list, '\n'))
    if (!line.trim().empty())
      sources.push_back(line.trim().str());
  if (device->family == "ice40" && options.route) {
    if (!llvm::sys::fs::exists(directory + "/" + top + "_pins.sv"))
      return llvm::createStringError("'%s' has several inputs or outputs: there is no pin-reduced top to route for %s",
                                     top.c_str(), deviceName.str().c_str());
    sources.insert(sources.end(), {"lib/weft_byte_bridge.sv", top + "_pins.sv"});
    top += "_pins";
  }
  auto result = runYosys(directory, top, sources, *device, device->dsp != 0);
  // More multipliers than DSPs: nextpnr would refuse, so all of them become logic.
  if (result && device->dsp > 0 && result->dsp > device->dsp)
    result = runYosys(directory, top, sources, *device, false);
  if (!result)
    return result.takeError();
  if (device->family == "ice40" && options.route)
    if (llvm::Error error = route(directory, *device, options, *result))
      return std::move(error);
  return std::move(*result);
}
