//===- ModelWriter.h - ONNX protobuf messages, piece by piece -----------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_EXPORT_MODELWRITER_H
#define COMPILER_EXPORT_MODELWRITER_H

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace weft::exporter {

/// TensorProto.DataType, those of ONNX 1.16 among them, which the installed schema need not know.
enum class DataType : int32_t {
  Float = 1, Uint8 = 2, Int8 = 3, Uint16 = 4, Int16 = 5, Int32 = 6, Int64 = 7, Bool = 9, Float16 = 10, Double = 11,
  Uint32 = 12, Uint64 = 13, Bfloat16 = 16, Uint4 = 21, Int4 = 22,
};

/// One attribute of a node.
struct NodeAttribute {
  std::string name;
  std::variant<int64_t, float, std::string, std::vector<int64_t>> value;
};

/// A dimension: its size, or the name of a dynamic one.
using Dimension = std::variant<int64_t, std::string>;

/// Builds an ONNX model. The edge of the code that may throw: protobuf's exceptions end here. Equal calls give equal bytes.
class ModelWriter {
public:
  /// Opset 21 and IR version 10: the first with 4-bit integers. onnxruntime takes them since 1.20.
  static constexpr int64_t kOpset = 21, kIrVersion = 10;

  ModelWriter(const std::string &graphName, const std::string &producer, const std::string &version);
  ~ModelWriter();

  void addInput(const std::string &name, DataType type, const std::vector<Dimension> &shape);
  void addOutput(const std::string &name, DataType type, const std::vector<Dimension> &shape);
  /// `raw`: little-endian, row-major; elements of 4 bits two to a byte, the first in the low bits.
  void addInitializer(const std::string &name, DataType type, const std::vector<int64_t> &shape, std::string raw);
  void addNode(const std::string &opType, const std::string &name, const std::vector<std::string> &inputs,
               const std::vector<std::string> &outputs, const std::vector<NodeAttribute> &attributes);
  void addMetadata(const std::string &key, const std::string &value);

  /// The model's bytes into `bytes`; an empty string, or why there are none.
  std::string serialize(std::string &bytes) const;

private:
  struct Model;
  std::unique_ptr<Model> model;
};

} // namespace weft::exporter

#endif // COMPILER_EXPORT_MODELWRITER_H
