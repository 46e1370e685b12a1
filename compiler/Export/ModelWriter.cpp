//===- ModelWriter.cpp - ONNX protobuf messages, piece by piece ----------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Export/ModelWriter.h"
#include "onnx/onnx_pb.h"

#include <climits>
#include <exception>

namespace weft::exporter {

struct ModelWriter::Model {
  onnx::ModelProto proto;
  /// Bytes of initializers so far: protobuf cannot say more than 2 GB.
  size_t bytes = 0;
};

ModelWriter::ModelWriter(const std::string &graphName, const std::string &producer, const std::string &version)
    : model(std::make_unique<Model>()) {
  onnx::ModelProto &proto = model->proto;
  proto.set_ir_version(kIrVersion);
  proto.set_producer_name(producer);
  proto.set_producer_version(version);
  auto *opset = proto.add_opset_import();
  opset->set_domain("");
  opset->set_version(kOpset);
  proto.mutable_graph()->set_name(graphName);
}

ModelWriter::~ModelWriter() = default;

static void describe(onnx::ValueInfoProto &info, const std::string &name, DataType type, const std::vector<Dimension> &shape) {
  info.set_name(name);
  auto *tensor = info.mutable_type()->mutable_tensor_type();
  tensor->set_elem_type(static_cast<int32_t>(type));
  tensor->mutable_shape(); // of a scalar too
  for (const Dimension &d : shape) {
    auto *dim = tensor->mutable_shape()->add_dim();
    if (const auto *size = std::get_if<int64_t>(&d))
      dim->set_dim_value(*size);
    else
      dim->set_dim_param(std::get<std::string>(d));
  }
}

void ModelWriter::addInput(const std::string &name, DataType type, const std::vector<Dimension> &shape) {
  describe(*model->proto.mutable_graph()->add_input(), name, type, shape);
}

void ModelWriter::addOutput(const std::string &name, DataType type, const std::vector<Dimension> &shape) {
  describe(*model->proto.mutable_graph()->add_output(), name, type, shape);
}

void ModelWriter::addInitializer(const std::string &name, DataType type, const std::vector<int64_t> &shape, std::string raw) {
  model->bytes += raw.size();
  auto *tensor = model->proto.mutable_graph()->add_initializer();
  tensor->set_name(name);
  tensor->set_data_type(static_cast<int32_t>(type));
  for (int64_t d : shape)
    tensor->add_dims(d);
  tensor->set_raw_data(std::move(raw));
}

static void setValue(onnx::AttributeProto &proto, const NodeAttribute &attribute) {
  proto.set_name(attribute.name);
  if (const auto *integer = std::get_if<int64_t>(&attribute.value)) {
    proto.set_type(onnx::AttributeProto::INT);
    proto.set_i(*integer);
  } else if (const auto *number = std::get_if<float>(&attribute.value)) {
    proto.set_type(onnx::AttributeProto::FLOAT);
    proto.set_f(*number);
  } else if (const auto *text = std::get_if<std::string>(&attribute.value)) {
    proto.set_type(onnx::AttributeProto::STRING);
    proto.set_s(*text);
  } else {
    proto.set_type(onnx::AttributeProto::INTS);
    for (int64_t v : std::get<std::vector<int64_t>>(attribute.value))
      proto.add_ints(v);
  }
}

void ModelWriter::addNode(const std::string &opType, const std::string &name, const std::vector<std::string> &inputs,
                          const std::vector<std::string> &outputs, const std::vector<NodeAttribute> &attributes) {
  auto *node = model->proto.mutable_graph()->add_node();
  node->set_op_type(opType);
  node->set_name(name);
  for (const std::string &input : inputs)
    node->add_input(input);
  for (const std::string &output : outputs)
    node->add_output(output);
  for (const NodeAttribute &attribute : attributes)
    setValue(*node->add_attribute(), attribute);
}

void ModelWriter::addMetadata(const std::string &key, const std::string &value) {
  auto *entry = model->proto.add_metadata_props();
  entry->set_key(key);
  entry->set_value(value);
}

std::string ModelWriter::serialize(std::string &bytes) const {
  try {
    size_t size = model->bytes > INT_MAX ? model->bytes : model->proto.ByteSizeLong();
    if (size > INT_MAX)
      return "the model has " + std::to_string(size) + " bytes, but an ONNX file ends at 2 GB";
    return model->proto.SerializeToString(&bytes) ? "" : "the protobuf library cannot write the model";
  } catch (const std::exception &e) {
    return std::string("the protobuf library cannot write the model: ") + e.what();
  }
}

} // namespace weft::exporter
