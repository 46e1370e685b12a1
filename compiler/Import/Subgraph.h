//===- Subgraph.h - graphs inside of nodes ------------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_IMPORT_SUBGRAPH_H
#define COMPILER_IMPORT_SUBGRAPH_H

#include <string>
#include <vector>

namespace onnx {
class GraphProto;
class NodeProto;
} // namespace onnx

namespace weft::import {

/// The names that a graph reads and does not define: values of the graphs around it. Sorted.
std::vector<std::string> freeNames(const onnx::GraphProto &graph);

/// The names that the graphs inside of a node read from around it. Sorted.
std::vector<std::string> freeNames(const onnx::NodeProto &node);

} // namespace weft::import

#endif // COMPILER_IMPORT_SUBGRAPH_H
