//===- IdxTest.cpp - the MNIST family's files -------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "runtime/data/Idx.h"

#include "Support.h"

using namespace weft::data;
using namespace weft::data::test;
using weft::reference::ElementType;
using weft::reference::Shape;

namespace {
TEST(IdxTest, readsPlainAndGzip) {
  auto images = readIdx(input("idx/t10k-images-idx3-ubyte.gz"));
  ASSERT_TRUE(images) << images.message();
  EXPECT_EQ(images->shape(), (Shape{3, 2, 2}));
  EXPECT_EQ(images->integers()[11], 220);
  EXPECT_EQ(readIdx(input("idx/t10k-images-idx3-ubyte.gz"), 2)->shape(), (Shape{2, 2, 2}));
  EXPECT_EQ(readIdx(input("idx/t10k-labels-idx1-ubyte"))->integers(), (std::vector<int64_t>{2, 1, 0}));
  EXPECT_EQ(readIdx(input("idx/train-images-idx3-ubyte"))->type(), ElementType::integer(16, true));
}

TEST(IdxTest, refusesWhatIsDamaged) {
  auto read = [](std::string content) { return readIdx(TemporaryFile("-idx", content).path); };
  using namespace std::string_literals;
  expectFailure(read(""), "is not an IDX file");
  expectFailure(read("\0\0\x07\x01\0\0\0\0"s), "has IDX element type 7");
  expectFailure(read("\0\0\x08\x02\0\0\0\1"s), "ends inside of its header of 2 dimensions");
  expectFailure(read("\0\0\x08\x01\0\0\0\2x"s), "has 1 bytes of data, expected 2 for shape [2] of ui8");
  expectFailure(read("\0\0\x08\x03\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"s), "absurd dimensions");
  expectFailure(read("\x1f\x8b\x08"s), "cannot be inflated");
}

TEST(IdxTest, survivesDamage) {
  damageEverywhere(*readFile(input("idx/t10k-images-idx3-ubyte.gz")), [](const Bytes &bad) {
    (void)readIdx(TemporaryFile("-idx", std::string(bad.begin(), bad.end())).path).ok();
  });
}
} // namespace
