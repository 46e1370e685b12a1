//===- StoredReport.cpp - report.json of an output folder ------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Driver/StoredReport.h"

#include "compiler/Driver/CommandError.h"
#include "compiler/Driver/OutputFolder.h"
#include "compiler/Driver/Session.h"
#include "compiler/Report/JsonText.h"
#include <fmt/format.h>

namespace json = llvm::json;

namespace weft::driver {

llvm::Error mergeIntoReport(const std::string &folder, llvm::StringRef key, json::Value value) {
  std::string path = folder + "/" + kReportFile.str();
  auto report = readJson(path);
  if (!report)
    return report.takeError();
  json::Object *object = report->getAsObject();
  if (!object)
    return invalidInput(fmt::format("{}: expected a JSON object", path));
  (*object)[key.str()] = std::move(value);
  return writeFileWhole(path, report::jsonText(*report));
}

std::optional<int64_t> storedHardwareNumber(const std::string &folder, llvm::StringRef key) {
  auto report = readJson(folder + "/" + kReportFile.str());
  if (!report) {
    llvm::consumeError(report.takeError());
    return std::nullopt;
  }
  const json::Object *object = report->getAsObject();
  const json::Object *hardware = object ? object->getObject("hardware") : nullptr;
  return hardware ? hardware->getInteger(key) : std::nullopt;
}

json::Value withoutTimes(const json::Object &object) {
  json::Object copy;
  for (const auto &entry : object)
    if (entry.first != "seconds")
      copy[entry.first] = withoutTimes(entry.second);
  return copy;
}

json::Value withoutTimes(const json::Value &value) {
  if (const json::Object *object = value.getAsObject())
    return withoutTimes(*object);
  const json::Array *array = value.getAsArray();
  if (!array)
    return value;
  json::Array copy;
  for (const json::Value &item : *array)
    copy.push_back(withoutTimes(item));
  return copy;
}

} // namespace weft::driver
