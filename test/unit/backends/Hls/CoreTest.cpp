//===- CoreTest.cpp - integer cores in C simulation and in the reference -----------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "Helper.h"

using namespace weft::test;

TEST_F(HlsCoreTest, mlp) { checkFile("mlp-core.mlir", 20); }

TEST_F(HlsCoreTest, cnn) { checkFile("cnn-core.mlir", 9); }

TEST_F(HlsCoreTest, foldedMlp) { checkFile("mlp-core.mlir", 20, 4); }

TEST_F(HlsCoreTest, foldedCnn) { checkFile("cnn-core.mlir", 9, 600); }

TEST_F(HlsCoreTest, stridesDilationsAndUnevenPadding) {
  checkText(R"mlir(
  func.func @core(%x: tensor<?x2x9x7xi5> {nn.name = "x"}) -> (tensor<?x3x5x3xi18> {nn.name = "y"}) {
    %w = nn.constant dense<"0x0B30557A9FC4E90E33587DA2C7EC11365B80A5CAEF14395E83A8CDF2173C6186ABD0F51A"> : tensor<3x2x3x2xi8>
    %b = nn.constant dense<[5, -7, 0]> : tensor<3xi18>
    %y = nn.conv %x, %w, %b {nn.name = "conv", strides = array<i64: 2, 3>, pads_begin = array<i64: 2, 1>, pads_end = array<i64: 3, 2>, dilations = array<i64: 2, 1>, groups = 1, pad_value = -3} : tensor<?x2x9x7xi5>, tensor<3x2x3x2xi8>, tensor<3xi18> -> tensor<?x3x5x3xi18>
    return %y : tensor<?x3x5x3xi18>
  })mlir",
            7);
}

TEST_F(HlsCoreTest, oneDimension) {
  checkText(R"mlir(
  func.func @core(%x: tensor<?x2x11xui3> {nn.name = "x"}) -> (tensor<?x2x4xui3> {nn.name = "y"}) {
    %w = nn.constant dense<[[[1, -2, 3], [-4, 1, 0]], [[0, 1, 1], [2, 3, -4]]]> : tensor<2x2x3xi3>
    %b = nn.constant dense<[1, 2]> : tensor<2xi12>
    %a = nn.conv %x, %w, %b {nn.name = "conv", strides = array<i64: 1>, pads_begin = array<i64: 0>, pads_end = array<i64: 0>, dilations = array<i64: 1>, groups = 1} : tensor<?x2x11xui3>, tensor<2x2x3xi3>, tensor<2xi12> -> tensor<?x2x9xi12>
    %t = nn.constant dense<[[-9, -5, -1, 0, 5, 9, 12]]> : tensor<1x7xi12>
    %h = nn.threshold %a, %t {nn.name = "threshold", lo = 0} : tensor<?x2x9xi12>, tensor<1x7xi12> -> tensor<?x2x9xui3>
    %y = nn.pool max %h {nn.name = "pool", kernel = array<i64: 2>, strides = array<i64: 2>, pads_begin = array<i64: 0>, pads_end = array<i64: 0>, dilations = array<i64: 1>} : tensor<?x2x9xui3> -> tensor<?x2x4xui3>
    return %y : tensor<?x2x4xui3>
  })mlir",
            7);
}

TEST_F(HlsCoreTest, oneBit) {
  std::string path = WEFT_SOURCE_DIR "/test/integration/rtl/one-bit.mlir";
  module = mlir::parseSourceFile<mlir::ModuleOp>(path, &context);
  ASSERT_TRUE(module);
  check(20, 40);
}

TEST_F(HlsCoreTest, tapsInTheOrderOfTheLayer) { checkText(kRowsOfFeatures, 3); }
