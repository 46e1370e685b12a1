//===- Refused.cpp - operators that weft will not have --------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Import/OpTable.h"

using namespace mlir;
using namespace weft;
using namespace weft::import;

static LogicalResult refuseSequence(Node &node) {
  return node.unsupported("works on sequences or optional values; weft has tensors only");
}
static LogicalResult refuseString(Node &node) { return node.unsupported("works on strings; do that before the model"); }
static LogicalResult refuseTraining(Node &node) { return node.unsupported("is for training; export the model for inference"); }
static LogicalResult refuseRandom(Node &node) {
  return node.unsupported("draws random numbers, and ONNX does not say which; make them an input of the model");
}
static LogicalResult refuseImage(Node &node) { return node.unsupported("decodes files; do that before the model"); }

static void refuse(OpTable &table, StringRef domain, BuildFn why, std::initializer_list<StringRef> names) {
  for (StringRef name : names)
    table.addIn(domain, name, why, 0, OpTable::kVariadic);
}

void weft::import::registerRefusedOps(OpTable &table) {
  refuse(table, "", refuseSequence,
         {"ConcatFromSequence", "Optional", "OptionalGetElement", "OptionalHasElement", "SequenceAt", "SequenceConstruct",
          "SequenceEmpty", "SequenceErase", "SequenceInsert", "SequenceLength", "SequenceMap", "SplitToSequence"});
  refuse(table, "", refuseString, {"RegexFullMatch", "StringConcat", "StringNormalizer", "StringSplit"});
  refuse(table, "", refuseRandom,
         {"Bernoulli", "Multinomial", "RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike"});
  refuse(table, "", refuseImage, {"ImageDecoder"});
  refuse(table, "ai.onnx.preview.training", refuseTraining, {"Adagrad", "Adam", "Gradient", "Momentum"});
  refuse(table, "ai.onnx.training", refuseTraining, {"Adagrad", "Adam", "Gradient", "Momentum"});
}
