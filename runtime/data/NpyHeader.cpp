//===- NpyHeader.cpp - the header of an array file -------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "runtime/data/NpyHeader.h"

#include <cstring>

namespace weft::data {

using reference::ElementType;

namespace {
/// Reads the header's dictionary: the literals numpy writes, no more of Python.
class Scanner {
public:
  explicit Scanner(std::string_view text) : text(text) {}

  bool accept(char c) {
    skipSpace();
    if (at >= text.size() || text[at] != c)
      return false;
    ++at;
    return true;
  }
  bool acceptWord(std::string_view word) {
    skipSpace();
    if (text.substr(at, word.size()) != word)
      return false;
    at += word.size();
    return true;
  }
  /// A quoted string without escapes.
  bool string(std::string &out) {
    skipSpace();
    if (at >= text.size() || (text[at] != '\'' && text[at] != '"'))
      return false;
    const size_t end = text.find(text[at], at + 1);
    if (end == std::string_view::npos)
      return false;
    out = std::string(text.substr(at + 1, end - at - 1));
    at = end + 1;
    return true;
  }
  /// A decimal number below 2^62; Python 2 wrote an L after it.
  bool number(int64_t &out) {
    skipSpace();
    const size_t begin = at;
    out = 0;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
      if (out > (int64_t(1) << 62) / 10 - 1)
        return false;
      out = out * 10 + (text[at] - '0');
    }
    const bool found = at > begin;
    if (at < text.size() && text[at] == 'L')
      ++at;
    return found;
  }

private:
  void skipSpace() {
    while (at < text.size() && (text[at] == ' ' || text[at] == '\n' || text[at] == '\t' || text[at] == '\r'))
      ++at;
  }
  std::string_view text;
  size_t at = 0;
};
} // namespace

static Status parseDescr(const std::string &descr, NpyHeader &header) {
  const char order = descr.empty() ? ' ' : descr[0], kind = descr.size() < 2 ? ' ' : descr[1];
  const std::string size = descr.size() < 3 ? "" : descr.substr(2);
  const int64_t bytes = size == "1" ? 1 : size == "2" ? 2 : size == "4" ? 4 : size == "8" ? 8 : 0;
  header.itemBytes = bytes;
  header.bigEndian = order == '>';
  const unsigned bits = static_cast<unsigned>(bytes) * 8;
  if (kind == 'O')
    return error("holds pickled Python objects (dtype '", descr, "'), expected numbers: save it with numbers of one dtype");
  if (bytes && std::strchr("<>|=", order)) {
    if (kind == 'b' && bytes == 1)
      return header.type = ElementType::boolean(), reference::done();
    if (kind == 'i' || kind == 'u')
      return header.type = ElementType::integer(bits, kind == 'i'), reference::done();
    if (kind == 'f' && bytes >= 2)
      return header.type = {ElementType::Kind::Float, bits, true, false}, reference::done();
  }
  return error("has dtype '", descr, "', expected booleans, integers of 1 to 8 bytes or floats of 2, 4 or 8 bytes");
}

static bool parseShape(Scanner &scan, reference::Shape &shape) {
  if (!scan.accept('('))
    return false;
  while (!scan.accept(')')) {
    int64_t extent;
    if (shape.size() >= 32 || !scan.number(extent))
      return false;
    shape.push_back(extent);
    if (!scan.accept(','))
      return scan.accept(')');
  }
  return true;
}

static Status parseDictionary(std::string_view text, NpyHeader &header) {
  const Error malformed = error("has a malformed header, expected {'descr': ..., 'fortran_order': ..., 'shape': ...}, found '",
                                text.substr(0, 120), "'");
  Scanner scan(text);
  bool descr = false, order = false, shape = false;
  if (!scan.accept('{'))
    return malformed;
  while (!scan.accept('}')) {
    std::string key, value;
    if (!scan.string(key) || !scan.accept(':'))
      return malformed;
    if (key == "descr" && !descr) {
      if (scan.accept('['))
        return error("has a structured dtype, expected one number per element");
      if (!scan.string(value))
        return malformed;
      if (Status status = parseDescr(value, header); !status)
        return status;
      descr = true;
    } else if (key == "fortran_order" && !order) {
      header.fortranOrder = scan.acceptWord("True");
      if (!header.fortranOrder && !scan.acceptWord("False"))
        return malformed;
      order = true;
    } else if (key == "shape" && !shape) {
      if (!parseShape(scan, header.shape))
        return malformed;
      shape = true;
    } else {
      return malformed;
    }
    scan.accept(',');
  }
  return descr && order && shape ? reference::done() : Status(malformed);
}

Result<NpyHeader> parseNpyHeader(const uint8_t *data, size_t size) {
  if (size < 10 || std::memcmp(data, "\x93NUMPY", 6) != 0)
    return error("is not a .npy file: expected the magic \\x93NUMPY");
  const int version = data[6];
  if (version < 1 || version > 3)
    return error("has .npy version ", version, ".", int(data[7]), ", expected 1 to 3");
  size_t length = data[8] | data[9] << 8, begin = 10;
  if (version > 1) {
    if (size < 12)
      return error("ends inside of its header");
    length |= size_t(data[10]) << 16 | size_t(data[11]) << 24;
    begin = 12;
  }
  if (length > size - begin)
    return error("ends inside of its header: expected ", length, " bytes, found ", size - begin);
  NpyHeader header;
  header.dataOffset = begin + length;
  if (Status status = parseDictionary({reinterpret_cast<const char *>(data) + begin, length}, header); !status)
    return status.failure();
  return header;
}

} // namespace weft::data
