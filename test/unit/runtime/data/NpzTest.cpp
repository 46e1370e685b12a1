//===- NpzTest.cpp - numpy's archives of arrays -----------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "runtime/data/Npz.h"

#include "Support.h"

using namespace weft::data;
using namespace weft::data::test;
using weft::reference::Shape;

namespace {
TEST(NpzTest, readsStoredAndDeflated) {
  for (const char *name : {"stored.npz", "deflated.npz"}) {
    auto arrays = readNpz(input(name));
    ASSERT_TRUE(arrays) << arrays.message();
    ASSERT_EQ(arrays->size(), 2u);
    EXPECT_EQ(arrays->at(0).first, "x");
    EXPECT_EQ(arrays->at(0).second.shape(), (Shape{2, 1, 2, 2}));
    EXPECT_EQ(arrays->at(0).second.floats()[7], 7.0f);
    EXPECT_EQ(arrays->at(1).second.integers(), (std::vector<int64_t>{1, 0}));
  }
  EXPECT_EQ(readNpz(input("named.npz"), {"right", "none"})->size(), 1u);
}

TEST(NpzTest, refusesWhatIsDamaged) {
  expectFailure(readNpz(input("scalar.npy")), "is not a zip archive, or is truncated");
  Bytes archive = *readFile(input("deflated.npz"));
  TemporaryFile cut(".npz", std::string(archive.begin(), archive.end() - 1));
  expectFailure(readNpz(cut.path), "is truncated");
  auto member = listZip(archive)->at(0);
  archive[member.offset + 80] ^= 0x10;
  TemporaryFile flipped(".npz", std::string(archive.begin(), archive.end()));
  expectFailure(readNpz(flipped.path), "member 'x.npy'");
}

TEST(NpzTest, refusesAMemberThatInflatesToMoreThanItSays) {
  Bytes archive = *readFile(input("deflated.npz"));
  auto member = listZip(archive)->at(0);
  member.size -= 1;
  expectFailure(extractZip(archive, member), "inflates to more than");
  member.size = uint64_t(1) << 60;
  expectFailure(extractZip(archive, member), "expected at most");
}

TEST(NpzTest, survivesDamage) {
  for (const char *name : {"stored.npz", "deflated.npz"})
    damageEverywhere(*readFile(input(name)), [](const Bytes &bad) {
      auto members = listZip(bad);
      if (!members)
        return;
      for (const ZipMember &member : *members)
        (void)extractZip(bad, member).ok();
    });
}

TEST(NpzTest, writesWhatItReads) {
  auto arrays = readNpz(input("named.npz"));
  TemporaryFile first(".npz"), second(".npz");
  ASSERT_TRUE(writeNpz(first.path, *arrays));
  ASSERT_TRUE(writeNpz(second.path, *readNpz(first.path)));
  EXPECT_EQ(*readFile(first.path), *readFile(second.path));
  auto back = readNpz(first.path);
  ASSERT_EQ(back->size(), 3u);
  EXPECT_EQ(back->at(1).first, "right");
  EXPECT_EQ(back->at(1).second.floats(), arrays->at(1).second.floats());
}
} // namespace
