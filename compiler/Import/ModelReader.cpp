//===- ModelReader.cpp - ONNX files to protobuf messages -----------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Import/ModelReader.h"
#include "onnx/defs/parser.h"
#include "onnx/onnx_pb.h"
#include <algorithm>
#include <climits>
#include <exception>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace weft::import {
namespace {

/// protobuf reports on stderr by itself; we report.
struct Silence {
  google::protobuf::LogHandler *old = google::protobuf::SetLogHandler(nullptr);
  ~Silence() { google::protobuf::SetLogHandler(old); }
};

bool isText(const std::string &path) {
  std::string extension = std::filesystem::path(path).extension().string();
  return extension == ".onnxtext" || extension == ".onnxtxt" || extension == ".txt";
}

/// Blanks lines that start with `//`, which the ONNX parser does not know; positions stay.
std::string withoutComments(const char *data, size_t size) {
  std::string text(data, size);
  for (size_t line = 0; line < text.size();) {
    size_t end = std::min(text.find('\n', line), text.size());
    size_t first = text.find_first_not_of(" \t", line);
    if (first < end && text.compare(first, 2, "//") == 0)
      std::fill(text.begin() + first, text.begin() + end, ' ');
    line = end + 1;
  }
  return text;
}

/// Whether brackets nest deeper than any model's; the parser recurses once per level.
bool nestsTooDeep(const std::string &text) {
  int depth = 0, deepest = 0;
  for (char c : text) {
    depth += (c == '{' || c == '(' || c == '<') - (c == '}' || c == ')' || c == '>');
    deepest = std::max(deepest, depth);
  }
  return deepest > 500;
}

std::string parseText(const char *data, size_t size, onnx::ModelProto &model) {
  std::string text = withoutComments(data, size);
  if (text.find_first_not_of(" \t\r\n") == std::string::npos)
    return "the file is empty";
  if (nestsTooDeep(text))
    return "not readable as ONNX text: brackets nest too deep";
  onnx::OnnxParser parser(text.c_str());
  auto status = parser.Parse(model);
  if (!status.IsOK())
    return "not readable as ONNX text: " + status.ErrorMessage();
  if (!parser.EndOfInput())
    return "not readable as ONNX text: there is more after the model";
  return "";
}

std::string parse(const std::string &path, const char *data, size_t size, onnx::ModelProto &model) {
  if (isText(path))
    return parseText(data, size, model);
  if (size > INT_MAX)
    return "the file has " + std::to_string(size) +
           " bytes, but protobuf ends at 2 GB; store the weights as external data";
  if (size == 0)
    return "the file is empty";
  if (!model.ParseFromArray(data, static_cast<int>(size)))
    return "the file is truncated or not an ONNX protobuf (" + std::to_string(size) + " bytes)";
  return "";
}

/// Runs a function that may throw; its exceptions become the error.
template <typename Body> std::string guarded(Body body) {
  try {
    return body();
  } catch (const std::bad_alloc &) {
    return "out of memory while reading the file";
  } catch (const std::exception &e) {
    return std::string("cannot read the file: ") + e.what();
  } catch (...) { // protobuf's FatalException does not always derive from std::exception
    return "cannot read the file: the protobuf library gave up";
  }
}

} // namespace

std::string parseModel(const std::string &path, const char *data, size_t size, onnx::ModelProto &model) {
  Silence silence;
  std::string error = guarded([&] { return parse(path, data, size, model); });
  if (error.empty() && !model.has_graph())
    return "the file holds no graph; is it an ONNX model?";
  return error;
}

std::string readModel(const std::string &path, onnx::ModelProto &model) {
  std::string content;
  std::string error = guarded([&]() -> std::string {
    if (std::filesystem::is_directory(path))
      return "it is a folder, expected a file";
    std::ifstream file(path, std::ios::binary);
    if (!file)
      return "no such file, or it is not readable";
    auto size = std::filesystem::file_size(path);
    if (size > INT_MAX)
      return "the file has " + std::to_string(size) +
             " bytes, but protobuf ends at 2 GB; store the weights as external data";
    content.resize(size);
    file.read(content.data(), static_cast<std::streamsize>(size));
    return static_cast<size_t>(file.gcount()) == size ? "" : "the file changed while it was read";
  });
  return error.empty() ? parseModel(path, content.data(), content.size(), model) : error;
}

} // namespace weft::import
