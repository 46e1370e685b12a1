//===- ReportText.cpp - reports for people -----------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Report/ReportText.h"

#include "compiler/Report/Table.h"
#include <cmath>
#include <fmt/format.h>

namespace weft::report {
namespace {

namespace json = llvm::json;

/// "" where the object is null or has no such number, or where it is zero.
std::string count(const json::Object *object, llvm::StringRef key) {
  auto value = object ? object->getNumber(key) : std::nullopt;
  if (!value || *value == 0)
    return "";
  return grouped(std::llround(*value));
}

std::string text(const json::Object &object, llvm::StringRef key) { return object.getString(key).value_or("").str(); }

std::string shape(const json::Object &object) {
  std::vector<int64_t> dims;
  if (const json::Array *array = object.getArray("shape"))
    for (const json::Value &dim : *array)
      dims.push_back(dim.getAsInteger().value_or(-1));
  return shapeAsText(dims);
}

void addLayer(Table &table, const json::Object &layer) {
  const json::Object *hardware = layer.getObject("hardware");
  table.row({text(layer, "name"), text(layer, "op"), shape(layer), text(layer, "type"), text(layer, "weight"),
             count(&layer, "weight_bits_before"), count(&layer, "weight_bits"), count(&layer, "accumulator_bits"),
             count(hardware, "pe"), count(hardware, "simd"), count(hardware, "cycles"), count(hardware, "lut"),
             count(hardware, "bram"), count(hardware, "dsp")});
}

/// "label  value" lines, for what is no table.
std::string line(llvm::StringRef label, const std::string &value) {
  return fmt::format("{:<22}{}\n", label.str(), value);
}

std::string designText(const json::Object &hardware) {
  std::string result;
  if (auto latency = hardware.getInteger("latency"))
    result += line("latency", grouped(*latency) + " cycles");
  if (auto interval = hardware.getInteger("initiation_interval")) {
    std::string at = text(hardware, "bottleneck");
    result += line("initiation interval", grouped(*interval) + " cycles" + (at.empty() ? "" : ", set by " + at));
  }
  return result;
}

/// Who returned the same bits, one row per layer or output.
void addAgreements(Table &table, const json::Array *array, const std::string &prefix) {
  if (!array)
    return;
  for (const json::Value &value : *array) {
    const json::Object &entry = *value.getAsObject();
    std::string names;
    for (const json::Value &name : *entry.getArray("executors"))
      names += (names.empty() ? "" : " = ") + name.getAsString().value_or("").str();
    table.row({prefix + text(entry, "name"),
               fmt::format("{} on {} vectors", text(entry, "how"), grouped(entry.getInteger("vectors").value_or(0))), names});
  }
}

} // namespace

std::string compileText(const json::Object &report) {
  Table table({"layer", "operator", ">result", "type", "weight", ">bits before", ">bits", ">sum bits", ">PE", ">SIMD",
               ">cycles", ">LUT", ">BRAM", ">DSP"});
  if (const json::Array *layers = report.getArray("layers"))
    for (const json::Value &layer : *layers)
      addLayer(table, *layer.getAsObject());
  const json::Object *totals = report.getObject("totals");
  const json::Object *hardware = report.getObject("hardware");
  std::string result;
  if (totals) {
    table.rule();
    table.row({"total", "", "", "", "", count(totals, "weight_bits_before"), count(totals, "weight_bits"), "", "", "", "",
               count(hardware, "lut"), count(hardware, "bram"), count(hardware, "dsp")});
  }
  result = table.str() + "\n";
  if (auto ratio = totals ? totals->getNumber("compression") : std::nullopt)
    result += line("weights", fmt::format("{}, {:.2f}x smaller than before", bitsAsText(*totals->getInteger("weight_bits")), *ratio));
  if (hardware)
    result += designText(*hardware);
  return result;
}

std::string verifyText(const json::Object &verify) {
  Table executors({"executor", "status", ">seconds", "note"});
  if (const json::Array *array = verify.getArray("executors"))
    for (const json::Value &value : *array) {
      const json::Object &executor = *value.getAsObject();
      auto seconds = executor.getNumber("seconds");
      executors.row({text(executor, "name"), text(executor, "status"), seconds ? fmt::format("{:.2f}", *seconds) : "",
                     text(executor, "reason")});
    }
  Table layers({"layer", "how", "agree"});
  if (const json::Array *proofs = verify.getArray("proofs"))
    for (const json::Value &value : *proofs)
      layers.row({text(*value.getAsObject(), "layer"), text(*value.getAsObject(), "how"), text(*value.getAsObject(), "method")});
  addAgreements(layers, verify.getArray("layers"), "");
  layers.rule();
  addAgreements(layers, verify.getArray("outputs"), "output ");
  std::string result = executors.str() + "\n" + (layers.empty() ? "" : layers.str() + "\n");
  for (llvm::StringRef key : {"latency", "initiation_interval"})
    if (const json::Object *cycles = verify.getObject(key))
      result += line(key == "latency" ? "latency" : "initiation interval",
                     fmt::format("predicted {}, counted {} cycles", count(cycles, "predicted"), count(cycles, "counted")));
  return result + line("result", text(verify, "result"));
}

std::string synthText(const json::Object &synth) {
  Table table({"resource", ">used"});
  for (llvm::StringRef key : {"lut", "ff", "bram", "dsp", "spram", "carry"})
    if (auto value = synth.getNumber(key))
      table.row({key.upper(), grouped(std::llround(*value))});
  if (auto mhz = synth.getNumber("mhz"))
    table.row({"MHz", fmt::format("{:.1f}", *mhz)});
  std::string result = line("device", text(synth, "device")) + "\n" + table.str();
  if (auto file = synth.getString("bitstream"))
    result += "\n" + line("bitstream", file->str());
  return result;
}

} // namespace weft::report
