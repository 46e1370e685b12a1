//===- SparseTest.cpp - weights with zeros against the reference interpreter ------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "backends/Cpu/SparseLayout.h"
#include "test/unit/backends/Cpu/Support.h"
#include <fmt/format.h>
#include <random>

using namespace weft::cpu;
using namespace weft::cpu::test;
using weft::reference::ElementType;
using weft::reference::Tensor;

/// Blocks of rows × columns are kept with a probability.
static Pattern blocks(int64_t rows, int64_t depth, int64_t high, int64_t wide, double density, unsigned seed) {
  std::mt19937 random(seed);
  std::bernoulli_distribution kept(density);
  Pattern pattern{rows, depth, std::vector<bool>(rows * depth)};
  for (int64_t r = 0; r < rows; r += high)
    for (int64_t c = 0; c < depth; c += wide)
      if (kept(random))
        for (int64_t i = r; i < std::min(r + high, rows); ++i)
          for (int64_t j = c; j < std::min(c + wide, depth); ++j)
            pattern.nonzero[i * depth + j] = true;
  return pattern;
}

/// Every element of the pattern stands exactly once in the layout, a row's in their order.
static void expectCovers(const SparseLayout &layout, const Pattern &pattern) {
  std::vector<int64_t> seen(pattern.rows, 0), last(pattern.rows, -1);
  ASSERT_EQ(layout.order.size(), layout.groups.size() * layout.lanes);
  for (int64_t r = 0; r < pattern.rows; ++r)
    ASSERT_EQ(layout.order[layout.places[r]], r);
  bool shared = layout.form == SparseLayout::Form::blocks;
  for (size_t g = 0; g < layout.groups.size(); ++g)
    for (int64_t s = layout.groups[g].start; s < layout.groups[g].start + layout.groups[g].steps; ++s)
      for (int64_t lane = 0; lane < layout.lanes; ++lane)
        for (int64_t j = 0; j < layout.unit; ++j) {
          int64_t row = layout.order[g * layout.lanes + lane];
          int64_t column = shared ? int64_t(layout.columns[s]) * layout.unit + j : int64_t(layout.columns[s * layout.lanes + lane]);
          if (row < 0 || column >= pattern.depth || !pattern.at(row, column))
            continue;
          ++seen[row];
          EXPECT_GT(column, last[row]);
          last[row] = column;
        }
  for (int64_t r = 0; r < pattern.rows; ++r) {
    int64_t expected = 0;
    for (int64_t c = 0; c < pattern.depth; ++c)
      expected += pattern.at(r, c);
    EXPECT_EQ(seen[r], expected) << "row " << r;
  }
}

TEST(CpuSparse, LayoutsHoldEveryElementOnce) {
  for (auto [rows, depth] : {std::pair<int64_t, int64_t>{1, 40}, {16, 33}, {37, 50}, {70, 9}})
    for (double density : {0.0, 0.1, 0.5, 1.0}) {
      Pattern pattern = blocks(rows, depth, 1, 1, density, rows);
      for (int64_t lanes : {4, 8, 16}) {
        expectCovers(layoutLanes(pattern, lanes), pattern);
        for (int64_t unit : {1, 4})
          expectCovers(layoutBlocks(pattern, lanes, unit), pattern);
      }
    }
}

TEST(CpuSparse, BlocksOfRowsInAnyOrderAreFound) {
  Pattern pattern = blocks(64, 64, 16, 8, 0.25, 3), shuffled = pattern;
  for (int64_t r = 0; r < 64; ++r)
    for (int64_t c = 0; c < 64; ++c)
      shuffled.nonzero[(r * 37 % 64) * 64 + c] = pattern.at(r, c);
  EXPECT_EQ(layoutBlocks(shuffled, 16, 1).steps(), layoutBlocks(pattern, 16, 1).steps());
  EXPECT_EQ(layoutBlocks(pattern, 16, 1).steps() * 16, pattern.count());
}

TEST(CpuSparse, TheEstimatePrefersWhatIsFaster) {
  auto chosen = [](const Pattern &pattern, SparseTarget target) { return chooseSparse(pattern, target); };
  EXPECT_FALSE(chosen(blocks(320, 320, 1, 1, 1, 1), {16, 1, 4}));
  EXPECT_FALSE(chosen(blocks(320, 320, 1, 1, 0.5, 1), {16, 1, 4}));
  auto few = chosen(blocks(320, 320, 1, 1, 0.05, 1), {16, 1, 4});
  ASSERT_TRUE(few);
  EXPECT_EQ(few->form, SparseLayout::Form::lanes);
  auto blocked = chosen(blocks(320, 320, 16, 4, 0.3, 1), {16, 4, 1});
  ASSERT_TRUE(blocked);
  EXPECT_EQ(blocked->form, SparseLayout::Form::blocks);
}

/// Text of a constant with the pattern's zeros.
static std::string constant(const Pattern &pattern, const std::string &element, unsigned seed) {
  std::mt19937 random(seed);
  std::string text = "dense<[";
  for (int64_t r = 0; r < pattern.rows; ++r) {
    text += r ? ", [" : "[";
    for (int64_t c = 0; c < pattern.depth; ++c) {
      double value = pattern.at(r, c) ? std::uniform_real_distribution<double>(1, 127)(random) * (random() % 2 ? 1 : -1) : 0;
      text += c ? ", " : "";
      text += element[0] == 'f' ? fmt::format("{:.7e}", value / 127) : fmt::format("{}", int64_t(value));
    }
    text += "]";
  }
  return text + fmt::format("]> : tensor<{}x{}x{}>", pattern.rows, pattern.depth, element);
}

static std::string linear(const Pattern &pattern, const std::string &in, const std::string &weight, const std::string &out) {
  std::string w = fmt::format("tensor<{}x{}x{}>", pattern.rows, pattern.depth, weight), b = fmt::format("tensor<{}x{}>", pattern.rows, out);
  std::string y = fmt::format("tensor<?x{}x{}>", pattern.rows, out);
  std::string relu = out[0] == 'f' ? fmt::format("  %y = nn.unary relu %h : {0} -> {0}\n  return %y : {0}\n", y) : fmt::format("  return %h : {}\n", y);
  return fmt::format("func.func @main(%x: tensor<?x{0}x{1}>) -> {2} {{\n  %w = nn.constant {3}\n  %b = nn.constant {4}\n"
                     "  %h = nn.linear %x, %w, %b : tensor<?x{0}x{1}>, {5}, {6} -> {2}\n{7}}}\n",
                     pattern.depth, in, y, constant(pattern, weight, 5), randomConstant(b, -1, 1, 3), w, b, relu);
}

/// Few elements anywhere (form lanes), blocks, empty rows and columns, and shapes that leave tails.
static std::vector<Pattern> patterns() {
  Pattern empty = blocks(70, 90, 1, 1, 0, 1), corner = empty;
  for (int64_t r = 40; r < 70; ++r)
    corner.nonzero[r * 90 + 89] = corner.nonzero[r * 90 + r] = true;
  return {blocks(70, 91, 1, 1, 0.03, 1), blocks(5, 700, 1, 1, 0.02, 2), blocks(64, 64, 16, 4, 0.2, 3), blocks(75, 90, 16, 4, 0.3, 4), empty, corner};
}

TEST(CpuSparse, FloatsEqualTheReference) {
  for (const Pattern &pattern : patterns())
    for (int64_t n : {1, 19})
      compareWithReference(linear(pattern, "f32", "f32", "f32"), {randomTensor(ElementType::f32(), {n, pattern.depth}, -1, 1, 1)});
}

TEST(CpuSparse, IntegersEqualTheReferenceBitByBit) {
  for (const Pattern &pattern : patterns())
    for (auto [in, lo, hi] : {std::tuple{"ui8", 0, 255}, {"i8", -128, 127}, {"i16", -32768, 32767}}) {
      ElementType type = ElementType::integer(in == std::string("i16") ? 16 : 8, in[0] == 'i');
      compareWithReference(linear(pattern, in, "i8", "i32"), {randomTensor(type, {19, pattern.depth}, lo, hi, 1)});
    }
}

TEST(CpuSparse, ASampleDoesNotDependOnItsTile) {
  for (const Pattern &pattern : patterns()) {
    Parsed parsed = parse(linear(pattern, "f32", "f32", "f32"));
    auto model = jit(*parsed.module);
    ASSERT_TRUE(succeeded(model));
    Tensor batch = randomTensor(ElementType::f32(), {16, pattern.depth}, -1, 1, 7);
    auto together = (*model)->run({batch});
    ASSERT_TRUE(succeeded(together));
    for (int64_t i = 0; i < 16; ++i) {
      std::vector<float> one(batch.floats().begin() + i * pattern.depth, batch.floats().begin() + (i + 1) * pattern.depth);
      auto alone = (*model)->run({Tensor::ofFloats({1, pattern.depth}, one)});
      ASSERT_TRUE(succeeded(alone));
      for (int64_t j = 0; j < pattern.rows; ++j)
        EXPECT_EQ((*alone)[0].floats()[j], (*together)[0].floats()[i * pattern.rows + j]);
    }
  }
}
