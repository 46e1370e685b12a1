//===- JsonText.cpp - JSON as text -----------------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Report/JsonText.h"

#include "llvm/ADT/STLExtras.h"
#include <cmath>
#include <fmt/format.h>

namespace weft::report {
namespace {

namespace json = llvm::json;

std::string quoted(llvm::StringRef text) {
  std::string result;
  llvm::raw_string_ostream os(result);
  os << json::Value(json::isUTF8(text) ? text.str() : json::fixUTF8(text));
  return result;
}

std::string number(const json::Value &value) {
  if (auto integer = value.getAsInteger())
    return std::to_string(*integer);
  double real = *value.getAsNumber();
  // JSON has no infinities.
  return std::isfinite(real) ? fmt::format("{}", real) : "null";
}

bool isScalar(const json::Value &value) {
  return value.kind() != json::Value::Array && value.kind() != json::Value::Object;
}

void print(std::string &to, const json::Value &value, unsigned indent);

void printArray(std::string &to, const json::Array &array, unsigned indent) {
  // A shape or a list of names reads best on one line.
  bool isFlat = llvm::all_of(array, isScalar);
  std::string pad = isFlat ? "" : "\n" + std::string(indent + 2, ' ');
  to += "[";
  for (const auto &[i, item] : llvm::enumerate(array)) {
    to += i ? (isFlat ? ", " : ",") : "";
    to += pad;
    print(to, item, indent + 2);
  }
  to += isFlat || array.empty() ? "]" : "\n" + std::string(indent, ' ') + "]";
}

void printObject(std::string &to, const json::Object &object, unsigned indent) {
  std::vector<llvm::StringRef> keys;
  for (const auto &entry : object)
    keys.push_back(entry.first);
  llvm::sort(keys);
  to += "{";
  for (const auto &[i, key] : llvm::enumerate(keys)) {
    to += (i ? ",\n" : "\n") + std::string(indent + 2, ' ') + quoted(key) + ": ";
    print(to, *object.get(key), indent + 2);
  }
  to += object.empty() ? "}" : "\n" + std::string(indent, ' ') + "}";
}

void print(std::string &to, const json::Value &value, unsigned indent) {
  switch (value.kind()) {
  case json::Value::Null:
    to += "null";
    return;
  case json::Value::Boolean:
    to += *value.getAsBoolean() ? "true" : "false";
    return;
  case json::Value::Number:
    to += number(value);
    return;
  case json::Value::String:
    to += quoted(*value.getAsString());
    return;
  case json::Value::Array:
    return printArray(to, *value.getAsArray(), indent);
  case json::Value::Object:
    return printObject(to, *value.getAsObject(), indent);
  }
}

} // namespace

std::string jsonText(const json::Value &value) {
  std::string text;
  print(text, value, 0);
  return text + "\n";
}

} // namespace weft::report
