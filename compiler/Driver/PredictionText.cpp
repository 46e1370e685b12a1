//===- PredictionText.cpp - predictions for people and programs -------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Driver/Prediction.h"
#include "compiler/Report/Table.h"
#include <fmt/format.h>

namespace weft::driver {
namespace {

using report::grouped;

llvm::json::Object toJson(const HardwarePrediction &hardware, llvm::StringRef cycles) {
  return llvm::json::Object{
      {cycles, hardware.cycles}, {"lut", hardware.lut}, {"ff", hardware.ff}, {"bram", hardware.bram}, {"dsp", hardware.dsp}};
}

llvm::json::Object toJson(const LayerPrediction &layer, bool hasErrors) {
  llvm::json::Object json{{"name", layer.name},
                          {"scheme", layer.scheme},
                          {"weight_bits_before", layer.bitsBefore},
                          {"weight_bits", layer.bits},
                          {"weight_error", layer.weightError},
                          {"multiplications_before", layer.before.multiplications},
                          {"multiplications", layer.after.multiplications},
                          {"additions_before", layer.before.additions},
                          {"additions", layer.after.additions}};
  if (hasErrors) {
    json["output_error"] = layer.ownError.value();
    json["network_error"] = layer.networkError.value();
  }
  if (layer.hardwareBefore)
    json["hardware_before"] = toJson(*layer.hardwareBefore, "cycles");
  if (layer.hardware)
    json["hardware"] = toJson(*layer.hardware, "cycles");
  return json;
}

/// "1,024 → 256"; one number where nothing changes.
std::string change(int64_t before, int64_t after) {
  return before == after ? grouped(after) : grouped(before) + " → " + grouped(after);
}

std::string errorText(double error) { return error == 0 ? "0" : fmt::format("{:.2e}", error); }

void addRow(report::Table &table, const LayerPrediction &layer, bool hasErrors) {
  auto hardware = [&](int64_t HardwarePrediction::*field) {
    return layer.hardware && layer.hardwareBefore ? change((*layer.hardwareBefore).*field, (*layer.hardware).*field) : std::string();
  };
  table.row({layer.name, layer.scheme, grouped(layer.bitsBefore), grouped(layer.bits), errorText(layer.weightError),
             hasErrors ? errorText(layer.ownError.value()) : "", hasErrors ? errorText(layer.networkError.value()) : "",
             change(layer.before.multiplications, layer.after.multiplications), change(layer.before.additions, layer.after.additions),
             hardware(&HardwarePrediction::cycles), hardware(&HardwarePrediction::lut), hardware(&HardwarePrediction::dsp)});
}

std::string line(const char *label, const std::string &value) { return fmt::format("{:<38}{}\n", label, value); }

} // namespace

llvm::json::Object toJson(const Prediction &prediction) {
  llvm::json::Array layers;
  int64_t before = 0, after = 0;
  for (const LayerPrediction &layer : prediction.layers) {
    layers.push_back(toJson(layer, prediction.outputError.has_value()));
    before += layer.bitsBefore;
    after += layer.bits;
  }
  llvm::json::Object totals{{"weight_bits_before", before}, {"weight_bits", after}};
  if (after)
    totals["compression"] = static_cast<double>(before) / static_cast<double>(after);
  if (prediction.outputError) {
    totals["output_error"] = prediction.outputError->value();
    totals["samples"] = prediction.samples;
  }
  if (prediction.quantizedError)
    totals["quantized_output_error"] = prediction.quantizedError->value();
  llvm::json::Object json{{"layers", std::move(layers)}, {"totals", std::move(totals)}};
  auto design = [&](llvm::StringRef key, const std::optional<HardwarePrediction> &hardware, int64_t interval) {
    if (!hardware)
      return;
    llvm::json::Object object = toJson(*hardware, "latency");
    object["initiation_interval"] = interval;
    json[key] = std::move(object);
  };
  design("hardware_before", prediction.hardwareBefore, prediction.intervalBefore);
  design("hardware", prediction.hardware, prediction.interval);
  return json;
}

std::string textOf(const Prediction &prediction) {
  report::Table table({"layer", "scheme", ">bits before", ">bits", ">weight error", ">output error", ">in the network", ">multiplications",
                       ">additions", ">cycles", ">LUT", ">DSP"});
  bool hasErrors = prediction.outputError.has_value();
  int64_t before = 0, after = 0;
  for (const LayerPrediction &layer : prediction.layers) {
    addRow(table, layer, hasErrors);
    before += layer.bitsBefore;
    after += layer.bits;
  }
  table.rule();
  table.row({"total", after ? fmt::format("{:.2f}x smaller", static_cast<double>(before) / static_cast<double>(after)) : "", grouped(before),
             grouped(after), "", "", "", "", "", "", "", ""});
  std::string text = table.str() + "\n";
  if (hasErrors)
    text += line("relative error of the outputs", fmt::format("{} compressed", errorText(prediction.outputError->value())) +
                 (prediction.quantizedError ? fmt::format(", {} compressed and quantized", errorText(prediction.quantizedError->value())) : "") +
                 fmt::format(", on {} samples", prediction.samples));
  if (prediction.hardware && prediction.hardwareBefore) {
    text += line("initiation interval", change(prediction.intervalBefore, prediction.interval) + " cycles");
    text += line("latency", change(prediction.hardwareBefore->cycles, prediction.hardware->cycles) + " cycles");
    text += line("estimated LUT, DSP", change(prediction.hardwareBefore->lut, prediction.hardware->lut) + ", " +
                                           change(prediction.hardwareBefore->dsp, prediction.hardware->dsp));
  }
  return text;
}

} // namespace weft::driver
