//===- Table.h - aligned tables for people ------------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_REPORT_TABLE_H
#define COMPILER_REPORT_TABLE_H

#include <cstdint>
#include <string>
#include <vector>

namespace weft::report {

/// Rows of text under a header. A column whose title starts with '>' is aligned to the right (numbers).
class Table {
public:
  explicit Table(std::vector<std::string> titles);
  /// The first cell is a name: of a very long one only the end is shown.
  void row(std::vector<std::string> cells);
  /// A line between what was added and what follows (before totals).
  void rule();
  bool empty() const { return rows.empty(); }
  /// Columns padded to their widest cell, two spaces between; columns with no text in any row are left out.
  std::string str() const;

private:
  std::vector<std::string> titles;
  std::vector<bool> right;
  std::vector<std::vector<std::string>> rows;
};

/// 1234567 → "1,234,567".
std::string grouped(int64_t value);
/// A number of bits for people: "1,024 bits", "12.5 KiB", …
std::string bitsAsText(int64_t bits);
/// [1, 28, 28] → "1x28x28"; a negative dimension is "?".
std::string shapeAsText(const std::vector<int64_t> &shape);

} // namespace weft::report

#endif // COMPILER_REPORT_TABLE_H
