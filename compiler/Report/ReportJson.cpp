//===- ReportJson.cpp - reports as JSON -------------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Report/ReportJson.h"

namespace weft::report {

namespace json = llvm::json;

json::Value toJson(const std::vector<int64_t> &shape) {
  json::Array array;
  for (int64_t dim : shape)
    array.push_back(dim < 0 ? json::Value(nullptr) : json::Value(dim));
  return array;
}

json::Object toJson(const Port &port) {
  json::Object object{{"name", port.name}, {"type", port.type}, {"shape", toJson(port.shape)}};
  if (port.quantizer)
    object["quantizer"] = json::Object{
        {"type", port.quantizer->type}, {"scale", port.quantizer->scale}, {"zero_point", port.quantizer->zeroPoint}};
  return object;
}

json::Object toJson(const Signature &signature) {
  json::Array inputs, outputs;
  for (const Port &port : signature.inputs)
    inputs.push_back(toJson(port));
  for (const Port &port : signature.outputs)
    outputs.push_back(toJson(port));
  return json::Object{
      {"inputs", std::move(inputs)}, {"outputs", std::move(outputs)}, {"quantized", signature.quantized}};
}

json::Object toJson(const Layer &layer) {
  json::Object object{{"name", layer.name},   {"op", layer.op},
                      {"type", layer.type},   {"shape", toJson(layer.shape)},
                      {"macs", layer.macs},   {"parameters", layer.parameters},
                      {"other_bits", layer.otherBits}};
  if (!layer.weightScheme.empty()) {
    object["weight"] = layer.weightScheme;
    object["weight_bits"] = layer.weightBits;
    object["bias_bits"] = layer.biasBits;
  }
  if (layer.accumulatorBits)
    object["accumulator_bits"] = layer.accumulatorBits;
  return object;
}

json::Array toJson(const std::vector<Layer> &layers) {
  json::Array array;
  for (const Layer &layer : layers)
    array.push_back(toJson(layer));
  return array;
}

json::Object totalsToJson(const std::vector<Layer> &layers) {
  int64_t parameters = 0, macs = 0, weights = 0, biases = 0, others = 0;
  for (const Layer &layer : layers) {
    parameters += layer.parameters;
    macs += layer.macs;
    weights += layer.weightBits;
    biases += layer.biasBits;
    others += layer.otherBits;
  }
  return json::Object{{"parameters", parameters}, {"macs", macs},         {"weight_bits", weights},
                      {"bias_bits", biases},      {"other_bits", others}, {"layers", static_cast<int64_t>(layers.size())}};
}

} // namespace weft::report
