//===- NpyTest.cpp - numpy's array files ---------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "runtime/data/Npy.h"

#include "Support.h"
#include "runtime/data/NpyHeader.h"

using namespace weft::data;
using namespace weft::data::test;
using weft::reference::ElementType;
using weft::reference::Shape;

namespace {
TEST(NpyTest, readsEveryDtypeOfNumpy) {
  for (const char *dtype : {"b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "big-i2", "big-u4", "big-f4", "big-f8"}) {
    auto tensor = readNpy(input(std::string("dtype-") + dtype + ".npy"));
    ASSERT_TRUE(tensor) << tensor.message();
    EXPECT_EQ(tensor->shape(), (Shape{2, 3}));
    const char kind = dtype[0] == 'b' && dtype[1] == 'i' ? dtype[4] : dtype[0];
    for (int i = 0; i < 6; ++i) {
      double expected = kind == 'b' ? i != 0 : kind == 'u' ? i : kind == 'i' ? i - 3 : (i - 3) / 2.0;
      EXPECT_EQ(tensor->asDouble(i), expected) << dtype << " " << i;
    }
  }
  EXPECT_EQ(readNpy(input("dtype-u4.npy"))->type(), ElementType::integer(32, false));
  EXPECT_EQ(readNpy(input("dtype-f2.npy"))->type(), ElementType::f16());
  EXPECT_EQ(readNpy(input("dtype-b1.npy"))->type(), ElementType::boolean());
}

TEST(NpyTest, readsOrdersVersionsAndOddShapes) {
  for (const char *name : {"fortran.npy", "version-1.npy", "version-2.npy", "version-3.npy"}) {
    auto cube = readNpy(input(name));
    ASSERT_TRUE(cube) << cube.message();
    EXPECT_EQ(cube->shape(), (Shape{2, 3, 4}));
    for (int i = 0; i < 24; ++i)
      EXPECT_EQ(cube->floats()[i], i) << name;
  }
  EXPECT_EQ(readNpy(input("scalar.npy"))->shape(), Shape{});
  EXPECT_EQ(readNpy(input("scalar.npy"))->floats()[0], 2.5f);
  EXPECT_EQ(readNpy(input("empty.npy"))->shape(), (Shape{0, 3}));
}

TEST(NpyTest, refusesWhatIsNoArrayOfNumbers) {
  expectFailure(readNpy(input("object.npy")), "object.npy: holds pickled Python objects (dtype '|O')");
  expectFailure(readNpy(input("complex.npy")), "has dtype '<c8'");
  expectFailure(readNpy(input("structured.npy")), "has a structured dtype");
  expectFailure(readNpy(input("generate.py")), "is not a .npy file");
  expectFailure(readNpy(input("missing.npy")), "cannot be read: No such file");
  expectFailure(readNpy(input("idx")), "is not a regular file");
}

/// A file with this dictionary and this many bytes of data.
Bytes npy(std::string dictionary, size_t data) {
  std::string text("\x93NUMPY\x01\0", 8);
  text += static_cast<char>(dictionary.size() & 255);
  text += static_cast<char>(dictionary.size() >> 8);
  text += dictionary + std::string(data, 'x');
  return Bytes(text.begin(), text.end());
}

TEST(NpyTest, refusesAbsurdHeaders) {
  auto parse = [](const Bytes &bytes) { return parseNpy(bytes.data(), bytes.size(), "file"); };
  auto shaped = [&](const std::string &shape) { return npy("{'descr': '<f4', 'fortran_order': False, 'shape': " + shape + "}", 8); };
  EXPECT_TRUE(parse(shaped("(2,)")));
  EXPECT_TRUE(parse(shaped("(2L, 1L)"))); // Python 2
  expectFailure(parse(shaped("(3,)")), "file: has 8 bytes of data, expected 12 for shape [3] of f32");
  expectFailure(parse(shaped("(1,)")), "has 8 bytes of data, expected 4");
  expectFailure(parse(shaped("(4000000000, 4000000000, 4000000000)")), "which is more than 2147483648 elements");
  expectFailure(parse(shaped("(4000000000, 4000000000, 4000000000, 0)")), "expected 0 for shape");
  expectFailure(parse(shaped("(99999999999999999999,)")), "malformed header");
  expectFailure(parse(shaped("(-1,)")), "malformed header");
  expectFailure(parse(shaped("(1 2)")), "malformed header");
  expectFailure(parse(npy("{}", 8)), "malformed header");
  expectFailure(parse(npy("{'descr': '<f4", 0)), "malformed header");
}

TEST(NpyTest, survivesDamage) {
  for (const char *name : {"fortran.npy", "version-3.npy", "dtype-u8.npy"}) {
    Bytes good = *readFile(input(name));
    damageEverywhere(good, [](const Bytes &bad) { (void)parseNpy(bad.data(), bad.size(), "file").ok(); });
  }
}

TEST(NpyTest, writesWhatNumpyWrites) {
  for (const char *name : {"version-1.npy", "scalar.npy", "empty.npy", "dtype-b1.npy", "dtype-i1.npy", "dtype-i2.npy",
                           "dtype-u4.npy", "dtype-i8.npy", "dtype-f2.npy", "dtype-f8.npy"}) {
    Bytes numpys = *readFile(input(name));
    EXPECT_EQ(formatNpy(*readNpy(input(name))), std::string(numpys.begin(), numpys.end())) << name;
  }
}

TEST(NpyTest, writesNarrowTypesInTheLeastThatHoldsThem) {
  auto codes = Tensor::ofIntegers(ElementType::integer(4, true), {3}, {-8, 0, 7});
  TemporaryFile file(".npy");
  ASSERT_TRUE(writeNpy(file.path, codes));
  auto back = readNpy(file.path);
  ASSERT_TRUE(back) << back.message();
  EXPECT_EQ(back->type(), ElementType::integer(8, true));
  EXPECT_EQ(back->integers(), codes.integers());
  expectFailure(writeNpy("/nowhere/at/all.npy", codes), "cannot be written: No such file");
}
} // namespace
