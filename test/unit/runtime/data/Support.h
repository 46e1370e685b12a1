//===- Support.h - what the tests of the readers share ----------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef TEST_UNIT_RUNTIME_DATA_SUPPORT_H
#define TEST_UNIT_RUNTIME_DATA_SUPPORT_H

#include "runtime/data/File.h"
#include "gtest/gtest.h"

#include <cstdio>
#include <unistd.h>
#include <string>

namespace weft::data::test {

/// A committed fixture; Inputs/generate.py writes them with numpy.
inline std::string input(const std::string &name) {
  return std::string(WEFT_SOURCE_DIR) + "/test/unit/runtime/data/Inputs/" + name;
}

/// A file that is gone when the test ends.
class TemporaryFile {
public:
  explicit TemporaryFile(const std::string &suffix, std::string_view content = "") {
    path = ::testing::TempDir() + "weft-data-" + std::to_string(::getpid()) + "-" + std::to_string(counter()++) + suffix;
    EXPECT_TRUE(writeFile(path, content));
  }
  ~TemporaryFile() { std::remove(path.c_str()); }
  std::string path;

private:
  static int &counter() {
    static int value = 0;
    return value;
  }
};

/// Expects a failure whose message holds `text`.
template <typename T>
void expectFailure(const reference::Result<T> &result, const std::string &text) {
  ASSERT_FALSE(result.ok()) << "expected a failure with: " << text;
  EXPECT_NE(result.message().find(text), std::string::npos) << result.message();
}

/// Calls `parse` with the bytes cut at every length and with every byte changed: all it has to do is not to crash.
template <typename Parse>
void damageEverywhere(const Bytes &good, Parse &&parse) {
  for (size_t n = 0; n < good.size(); ++n)
    parse(Bytes(good.begin(), good.begin() + n));
  for (size_t i = 0; i < good.size(); ++i)
    for (uint8_t flip : {0x01, 0x80, 0xff}) {
      Bytes bad = good;
      bad[i] ^= flip;
      parse(bad);
    }
}

} // namespace weft::data::test

#endif // TEST_UNIT_RUNTIME_DATA_SUPPORT_H
