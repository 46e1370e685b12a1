//===- Interface.cpp - interface.json and vectors ------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "backends/Verilog/Interface.h"
#include "backends/Verilog/VerilogBackend.h"
#include "dialects/Flow/IR/FlowOps.h"
#include "passes/Conversion/FlowToRtl/Passes.h"
#include "passes/Conversion/NnToFlow/Order.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace mlir;
using namespace weft;
using namespace weft::verilog;

namespace {

void printStream(llvm::json::OStream &json, Operation *op, StringRef name) {
  auto type = cast<flow::StreamType>(op->getAttrOfType<TypeAttr>(conversion::kTypeAttr).getValue());
  json.object([&] {
    json.attribute("name", name);
    if (auto value = op->getAttrOfType<StringAttr>("nn.name"))
      json.attribute("value", value.getValue());
    json.attribute("bits", type.getElementBits());
    json.attribute("signed", type.isSigned());
    json.attribute("lanes", type.getLanes());
    json.attribute("beats", type.getBeats());
    json.attribute("frame", llvm::json::Array{type.getHeight(), type.getWidth(), type.getChannels()});
    if (auto shape = op->getAttrOfType<DenseI64ArrayAttr>(flow::kShapeAttr))
      json.attribute("shape", llvm::json::Array(shape.asArrayRef()));
    if (auto order = op->getAttrOfType<DenseI64ArrayAttr>(flow::kOrderAttr))
      json.attribute("order", llvm::json::Array(order.asArrayRef()));
  });
}

template <typename Op> void printStreams(llvm::json::OStream &json, StringRef key, rtl::ModuleOp top) {
  json.attributeArray(key, [&] {
    for (auto op : top.getBody().getOps<Op>())
      printStream(json, op, op.getName());
  });
}

std::vector<int64_t> integers(const llvm::json::Array *array) {
  std::vector<int64_t> result;
  for (const llvm::json::Value &value : array ? *array : llvm::json::Array())
    result.push_back(value.getAsInteger().value_or(0));
  return result;
}

StreamInterface streamOf(const llvm::json::Object &json) {
  StreamInterface stream;
  stream.name = json.getString("name").value_or("").str();
  stream.value = json.getString("value").value_or(stream.name).str();
  stream.element = reference::ElementType::integer(json.getInteger("bits").value_or(8),
                                                   json.getBoolean("signed").value_or(true));
  stream.lanes = json.getInteger("lanes").value_or(1);
  stream.beats = json.getInteger("beats").value_or(1);
  stream.shape = integers(json.getArray("shape"));
  stream.order = integers(json.getArray("order"));
  if (stream.shape.empty()) {
    // A tap: elements in the order of the stream.
    stream.shape = {stream.beats * stream.lanes};
  }
  if (stream.order.empty())
    stream.order = conversion::channelsLast(stream.shape);
  return stream;
}

} // namespace

void weft::verilog::printInterface(rtl::ModuleOp top, llvm::raw_ostream &os) {
  llvm::json::OStream json(os, 2);
  json.object([&] {
    json.attribute("top", top.getSymName());
    printStreams<rtl::AxisInOp>(json, "inputs", top);
    printStreams<rtl::AxisOutOp>(json, "outputs", top);
    printStreams<rtl::TapOp>(json, "taps", top);
  });
  os << "\n";
}

llvm::Expected<Interface> weft::verilog::readInterface(StringRef directory) {
  std::string path = (directory + "/interface.json").str();
  auto file = llvm::MemoryBuffer::getFile(path);
  if (!file)
    return llvm::createStringError("cannot read '%s': %s", path.c_str(), file.getError().message().c_str());
  auto json = llvm::json::parse((*file)->getBuffer());
  if (!json || !json->getAsObject())
    return json ? llvm::createStringError("'%s' is not an interface description", path.c_str()) : json.takeError();
  const llvm::json::Object &object = *json->getAsObject();
  Interface interface;
  interface.top = object.getString("top").value_or("").str();
  auto read = [&](StringRef key, std::vector<StreamInterface> &streams) {
    if (const llvm::json::Array *array = object.getArray(key))
      for (const llvm::json::Value &value : *array)
        if (const llvm::json::Object *stream = value.getAsObject())
          streams.push_back(streamOf(*stream));
  };
  read("inputs", interface.inputs);
  read("outputs", interface.outputs);
  read("taps", interface.taps);
  return interface;
}

std::string weft::verilog::toBeats(const StreamInterface &stream, const reference::Tensor &tensor) {
  int64_t bits = stream.element.bits, elements = stream.beats * stream.lanes;
  int64_t digits = (bits * stream.lanes + 7) / 8 * 2;
  std::string text;
  for (int64_t frame = 0; frame < tensor.dim(0); ++frame)
    for (int64_t beat = 0; beat < stream.beats; ++beat) {
      std::string nibbles(digits, 0);
      for (int64_t bit = 0; bit < bits * stream.lanes; ++bit) {
        int64_t element = stream.order[beat * stream.lanes + bit / bits];
        int64_t value = tensor.integers()[frame * elements + element];
        if (value >> (bit % bits) & 1)
          nibbles[digits - 1 - bit / 4] |= 1 << bit % 4;
      }
      for (char nibble : nibbles)
        text += "0123456789abcdef"[static_cast<int>(nibble)];
      text += "\n";
    }
  return text;
}

llvm::Expected<reference::Tensor> weft::verilog::fromBeats(const StreamInterface &stream, StringRef text,
                                                           int64_t frames) {
  int64_t bits = stream.element.bits, elements = stream.beats * stream.lanes;
  reference::Shape shape = {frames};
  shape.insert(shape.end(), stream.shape.begin(), stream.shape.end());
  reference::Tensor tensor(stream.element, shape);
  for (int64_t beat = 0; beat < frames * stream.beats; ++beat) {
    auto [line, rest] = text.split('\n');
    text = rest;
    line = line.trim();
    if (line.empty() || !llvm::all_of(line, llvm::isHexDigit))
      return llvm::createStringError("stream '%s': expected %lld beats, got '%s' as beat %lld", stream.name.c_str(),
                                     static_cast<long long>(frames * stream.beats), line.str().c_str(),
                                     static_cast<long long>(beat));
    for (int64_t lane = 0; lane < stream.lanes; ++lane) {
      uint64_t value = 0;
      for (int64_t bit = 0; bit < bits; ++bit) {
        size_t at = lane * bits + bit;
        if (at / 4 < line.size())
          value |= static_cast<uint64_t>(llvm::hexDigitValue(line[line.size() - 1 - at / 4]) >> at % 4 & 1) << bit;
      }
      int64_t element = stream.order[beat % stream.beats * stream.lanes + lane];
      tensor.integers()[beat / stream.beats * elements + element] =
          stream.element.isSigned && bits < 64 ? llvm::SignExtend64(value, bits) : static_cast<int64_t>(value);
    }
  }
  return tensor;
}
