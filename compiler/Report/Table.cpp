//===- Table.cpp - aligned tables for people --------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Report/Table.h"

#include <algorithm>
#include <fmt/format.h>

namespace weft::report {
namespace {

/// Columns a UTF-8 text takes on a terminal (continuation bytes take none).
size_t displayWidth(const std::string &text) {
  return std::count_if(text.begin(), text.end(), [](unsigned char c) { return (c & 0xC0) != 0x80; });
}

std::string padded(const std::string &text, size_t width, bool right) {
  std::string space(width - std::min(width, displayWidth(text)), ' ');
  return right ? space + text : text + space;
}

std::string trimmedRight(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

/// Converters give layers names of hundreds of characters; the end says most. JSON has them whole.
constexpr size_t kWidestName = 48;

std::string shortened(const std::string &name) {
  return name.size() <= kWidestName ? name : "..." + name.substr(name.size() - kWidestName + 3);
}

} // namespace

Table::Table(std::vector<std::string> names) {
  for (std::string &name : names) {
    right.push_back(!name.empty() && name[0] == '>');
    titles.push_back(right.back() ? name.substr(1) : name);
  }
}

void Table::row(std::vector<std::string> cells) {
  cells.resize(titles.size());
  cells[0] = shortened(cells[0]);
  rows.push_back(std::move(cells));
}

void Table::rule() { rows.push_back({}); }

std::string Table::str() const {
  std::vector<size_t> widths(titles.size(), 0);
  for (const auto &cells : rows)
    for (size_t i = 0; i < cells.size(); ++i)
      widths[i] = std::max(widths[i], displayWidth(cells[i]));
  size_t total = 0;
  for (size_t i = 0; i < titles.size(); ++i) {
    if (widths[i])
      widths[i] = std::max(widths[i], displayWidth(titles[i]));
    total += widths[i] ? widths[i] + 2 : 0;
  }
  auto line = [&](const std::vector<std::string> &cells) {
    std::string text;
    for (size_t i = 0; i < cells.size(); ++i)
      if (widths[i])
        text += padded(cells[i], widths[i], right[i]) + "  ";
    return trimmedRight(text) + "\n";
  };
  std::string rule = std::string(total > 2 ? total - 2 : 0, '-') + "\n";
  std::string text = line(titles) + rule;
  for (const auto &cells : rows)
    text += cells.empty() ? rule : line(cells);
  return text;
}

std::string grouped(int64_t value) {
  std::string digits = std::to_string(value < 0 ? -value : value);
  for (int at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(at, ",");
  return value < 0 ? "-" + digits : digits;
}

std::string bitsAsText(int64_t bits) {
  double bytes = bits / 8.0;
  if (bytes < 1024)
    return grouped(bits) + " bits";
  if (bytes < 1024 * 1024)
    return fmt::format("{:.1f} KiB", bytes / 1024);
  return fmt::format("{:.2f} MiB", bytes / (1024 * 1024));
}

std::string shapeAsText(const std::vector<int64_t> &shape) {
  if (shape.empty())
    return "scalar";
  std::string text;
  for (int64_t dim : shape)
    text += (text.empty() ? "" : "x") + (dim < 0 ? std::string("?") : std::to_string(dim));
  return text;
}

} // namespace weft::report
