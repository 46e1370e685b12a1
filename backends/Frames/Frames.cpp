//===- Frames.cpp - tensors as files of beats -----------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "backends/Frames/Frames.h"

#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using weft::reference::error;
using weft::reference::Tensor;

namespace weft::frames {

Port portOf(StringRef name, flow::StreamType type, DictionaryAttr attributes) {
  Port port;
  port.name = port.layer = name.str();
  port.element = reference::ElementType::integer(type.getElementBits(), type.isSigned());
  port.frame = {type.getHeight(), type.getWidth(), type.getChannels()};
  port.lanes = type.getLanes();
  port.shape = {type.getChannels()};
  if (type.getPixels() != 1)
    port.shape = {type.getChannels(), type.getHeight(), type.getWidth()};
  if (!attributes)
    return port;
  if (auto layer = attributes.getAs<StringAttr>("nn.name"))
    port.layer = layer.getValue().str();
  if (auto shape = attributes.getAs<DenseI64ArrayAttr>(flow::kShapeAttr))
    port.shape = shape.asArrayRef().vec();
  if (auto order = attributes.getAs<DenseI64ArrayAttr>(flow::kOrderAttr))
    port.order = order.asArrayRef().vec();
  return port;
}

/// The tensor's index of beat element `i` of a frame.
static int64_t tensorIndex(const Port &port, int64_t i) {
  if (!port.order.empty())
    return port.order[i];
  return i % port.channels() * port.pixels() +
         i / port.channels(); // [C, pixels] in the order of D1
}

reference::Result<std::string> toBeats(const Port &port, const Tensor &tensor) {
  int64_t elements = port.elements();
  if (!tensor.type().isInteger() || tensor.size() % elements != 0)
    return error("expected frames of ", elements, " integers for '", port.name, "', got ",
                 tensor.size(), " of ", tensor.type().name());
  unsigned bits = port.element.bits;
  int64_t digits = (port.beatBits() + 7) / 8 * 2;
  std::string text;
  text.reserve(tensor.size() / port.lanes * (digits + 1));
  for (int64_t first = 0; first < tensor.size(); first += elements)
    for (int64_t i = 0; i < elements; i += port.lanes) {
      std::vector<uint8_t> nibbles(digits);
      for (int64_t l = 0; l < port.lanes; ++l) {
        int64_t value = tensor.integers()[first + tensorIndex(port, i + l)];
        if (value < port.element.least() || value > port.element.greatest())
          return error("expected values of ", port.element.name(), " for '", port.name, "', got ",
                       value);
        for (unsigned b = 0; b < bits; ++b)
          nibbles[(l * bits + b) / 4] |= ((value >> b) & 1) << ((l * bits + b) % 4);
      }
      for (int64_t d = digits - 1; d >= 0; --d)
        text += llvm::hexdigit(nibbles[d], /*LowerCase=*/true);
      text += '\n';
    }
  return text;
}

/// Element `lane` of a beat in hex digits, or nothing for a character that is none.
static std::optional<int64_t> elementOf(StringRef line, int64_t lane, reference::ElementType type) {
  uint64_t value = 0;
  for (unsigned b = 0; b < type.bits; ++b) {
    int64_t bit = lane * type.bits + b;
    unsigned digit = llvm::hexDigitValue(line[line.size() - 1 - bit / 4]);
    if (digit > 15)
      return std::nullopt; // an x of a simulator
    value |= uint64_t((digit >> (bit % 4)) & 1) << b;
  }
  if (type.isSigned && type.bits < 64 && (value >> (type.bits - 1)))
    value |= ~uint64_t(0) << type.bits;
  return static_cast<int64_t>(value);
}

reference::Result<Tensor> fromBeats(const Port &port, StringRef text) {
  SmallVector<StringRef> lines;
  text.split(lines, '\n', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  int64_t beats = port.beats(), digits = (port.beatBits() + 3) / 4;
  if (static_cast<int64_t>(lines.size()) % beats != 0)
    return error("expected frames of ", beats, " beats in '", port.name, "', got ", lines.size());
  reference::Shape shape = port.shape;
  shape.insert(shape.begin(), lines.size() / beats);
  Tensor tensor(port.element, shape);
  for (auto [number, line] : llvm::enumerate(lines)) {
    if (static_cast<int64_t>(line.size()) < digits)
      return error("expected at least ", digits, " hex digits in line ", number + 1, " of '",
                   port.name, "', got '", line.str(), "'");
    for (int64_t l = 0; l < port.lanes; ++l) {
      std::optional<int64_t> value = elementOf(line, l, port.element);
      if (!value)
        return error("expected hex digits in line ", number + 1, " of '", port.name, "', got '",
                     line.str(), "'");
      int64_t frame = number / beats, i = number % beats * port.lanes + l;
      tensor.integers()[frame * port.elements() + tensorIndex(port, i)] = *value;
    }
  }
  return tensor;
}

llvm::json::Value toJSON(const Port &port) {
  llvm::json::Object object{{"name", port.name},
                            {"value", port.layer},
                            {"bits", int64_t(port.element.bits)},
                            {"signed", port.element.isSigned},
                            {"lanes", port.lanes},
                            {"beats", port.beats()},
                            {"frame", port.frame},
                            {"shape", port.shape}};
  if (!port.order.empty())
    object["order"] = port.order;
  return object;
}

bool fromJSON(const llvm::json::Value &value, Port &port, llvm::json::Path path) {
  int64_t bits = 0;
  bool isSigned = true;
  llvm::json::ObjectMapper map(value, path);
  if (!map || !map.map("name", port.name) || !map.map("value", port.layer) ||
      !map.map("bits", bits) || !map.map("signed", isSigned) || !map.map("lanes", port.lanes) ||
      !map.map("frame", port.frame) || !map.map("shape", port.shape) ||
      !map.mapOptional("order", port.order))
    return false;
  if (port.frame.size() != 3) {
    path.field("frame").report("expected height, width and channels");
    return false;
  }
  port.element = reference::ElementType::integer(bits, isSigned);
  return true;
}

} // namespace weft::frames
