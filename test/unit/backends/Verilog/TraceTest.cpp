//===- TraceTest.cpp - every layer of the RTL and of the reference ------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "Helper.h"

using namespace weft;
using namespace weft::test;
using verilog::Simulator;

TEST_F(RtlCoreTest, tapsOfCnnInVerilator) {
  WEFT_NEEDS("verilator");
  ASSERT_NO_FATAL_FAILURE(loadFile("cnn-core.mlir"));
  ASSERT_NO_FATAL_FAILURE(evaluate(3));
  ASSERT_NO_FATAL_FAILURE(emit(600));
  checkTrace(Simulator::verilator);
  checkTrace(Simulator::verilator, /*stallSeed=*/5);
}

TEST_F(RtlCoreTest, tapsOfCnnInIcarus) {
  WEFT_NEEDS("iverilog");
  ASSERT_NO_FATAL_FAILURE(loadFile("cnn-core.mlir"));
  ASSERT_NO_FATAL_FAILURE(evaluate(2));
  ASSERT_NO_FATAL_FAILURE(emit(600));
  checkTrace(Simulator::icarus);
}

// The last rows and columns are read by no window: their layer gives them after the last output.
static const char *const kSkippedRows = R"mlir(
  func.func @core(%x: tensor<?x2x9x9xi4> {nn.name = "x"}) -> (tensor<?x1x2x2xi16> {nn.name = "y"}) {
    %w1 = nn.constant dense<[[[[3]], [[-2]]], [[[1]], [[7]]]]> : tensor<2x2x1x1xi4>
    %b1 = nn.constant dense<[5, -7]> : tensor<2xi9>
    %a = nn.conv %x, %w1, %b1 {nn.name = "pointwise", strides = array<i64: 1, 1>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, dilations = array<i64: 1, 1>, groups = 1} : tensor<?x2x9x9xi4>, tensor<2x2x1x1xi4>, tensor<2xi9> -> tensor<?x2x9x9xi9>
    %w2 = nn.constant dense<[[[[1, -2], [3, 4]], [[-5, 6], [7, -8]]]]> : tensor<1x2x2x2xi4>
    %b2 = nn.constant dense<[1]> : tensor<1xi16>
    %y = nn.conv %a, %w2, %b2 {nn.name = "strided", strides = array<i64: 4, 4>, pads_begin = array<i64: 0, 0>, pads_end = array<i64: 0, 0>, dilations = array<i64: 1, 1>, groups = 1} : tensor<?x2x9x9xi9>, tensor<1x2x2x2xi4>, tensor<1xi16> -> tensor<?x1x2x2xi16>
    return %y : tensor<?x1x2x2xi16>
  })mlir";

TEST_F(RtlCoreTest, tapsOfRowsThatNobodyReads) {
  WEFT_NEEDS("iverilog");
  ASSERT_NO_FATAL_FAILURE(loadText(kSkippedRows));
  ASSERT_NO_FATAL_FAILURE(evaluate(2));
  ASSERT_NO_FATAL_FAILURE(emit(0));
  checkTrace(Simulator::icarus);
  checkTrace(Simulator::icarus, /*stallSeed=*/3);
}

TEST_F(RtlCoreTest, tapsInTheOrderOfTheLayer) {
  WEFT_NEEDS("iverilog");
  ASSERT_NO_FATAL_FAILURE(loadText(kRowsOfFeatures));
  ASSERT_NO_FATAL_FAILURE(evaluate(3));
  ASSERT_NO_FATAL_FAILURE(emit(0));
  checkTrace(Simulator::icarus);
}
