//===- Subgraph.cpp - graphs inside of nodes ---------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Import/Subgraph.h"
#include "onnx/onnx_pb.h"
#include <set>

namespace weft::import {

static void collect(const onnx::GraphProto &graph, std::set<std::string> &names);

static void collect(const onnx::NodeProto &node, std::set<std::string> &names) {
  for (const auto &attribute : node.attribute()) {
    if (attribute.has_g())
      collect(attribute.g(), names);
    for (const auto &graph : attribute.graphs())
      collect(graph, names);
  }
}

static void collect(const onnx::GraphProto &graph, std::set<std::string> &names) {
  std::set<std::string> read, defined;
  for (const auto &input : graph.input())
    defined.insert(input.name());
  for (const auto &tensor : graph.initializer())
    defined.insert(tensor.name());
  for (const auto &node : graph.node()) {
    read.insert(node.input().begin(), node.input().end());
    collect(node, read);
    defined.insert(node.output().begin(), node.output().end());
  }
  for (const auto &output : graph.output())
    read.insert(output.name());
  for (const std::string &name : read)
    if (!name.empty() && !defined.count(name))
      names.insert(name);
}

std::vector<std::string> freeNames(const onnx::GraphProto &graph) {
  std::set<std::string> names;
  collect(graph, names);
  return {names.begin(), names.end()};
}

std::vector<std::string> freeNames(const onnx::NodeProto &node) {
  std::set<std::string> names;
  collect(node, names);
  return {names.begin(), names.end()};
}

} // namespace weft::import
