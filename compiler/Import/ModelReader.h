//===- ModelReader.h - ONNX files to protobuf messages -----------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_IMPORT_MODELREADER_H
#define COMPILER_IMPORT_MODELREADER_H

#include <string>

namespace onnx {
class ModelProto;
}

namespace weft::import {

/// Reads a model, protobuf or ONNX text (by the file's extension). Returns an empty string, or what is wrong with
/// the file. The edge of the code that may throw: protobuf's and the text parser's exceptions end here.
std::string readModel(const std::string &path, onnx::ModelProto &model);

/// The same from memory; `path` only serves to choose the format.
std::string parseModel(const std::string &path, const char *data, size_t size, onnx::ModelProto &model);

} // namespace weft::import

#endif // COMPILER_IMPORT_MODELREADER_H
