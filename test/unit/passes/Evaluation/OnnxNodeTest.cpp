//===- OnnxNodeTest.cpp - ONNX's own tests of operators ---------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "compiler/Import/ModelReader.h"
#include "compiler/Import/OnnxImport.h"
#include "compiler/Import/TensorReader.h"
#include "dialects/Codec/IR/CodecOps.h"
#include "dialects/Nn/IR/NnOps.h"
#include "llvm/ADT/StringSet.h"
#include "mlir/IR/Diagnostics.h"
#include "passes/Evaluation/Elements.h"
#include "passes/Evaluation/Evaluator.h"
#include "runtime/data/File.h"
#include "runtime/reference/Half.h"
#include "gtest/gtest.h"

#include <onnx/onnx_pb.h>

#include <cmath>
#include <dirent.h>
#include <map>
#include <unistd.h>

using namespace mlir;
using namespace weft;
using evaluation::Tensor;

namespace {
/// Debian's libonnx-testdata.
constexpr const char *kFolder = "/usr/share/libonnx-testdata/data/node/";

enum class Verdict { Passed, Unsupported, Wrong };

/// Tests whose files are wrong: CastLike's second operand has another shape than the model says, and ONNX 1.12 cut
/// bfloat16 off where Cast rounds half to even.
const llvm::StringSet<> kBroken = {"test_castlike_FLOAT_to_BFLOAT16", "test_castlike_FLOAT_to_BFLOAT16_expanded",
                                   "test_castlike_BFLOAT16_to_FLOAT", "test_castlike_BFLOAT16_to_FLOAT_expanded",
                                   "test_cast_FLOAT_to_BFLOAT16"};

/// The files hold bfloat16 as ui16 bits.
Tensor withBrainFloats(Tensor bits) {
  Tensor tensor(reference::ElementType::bf16(), bits.shape());
  for (int64_t i = 0; i < bits.size(); ++i)
    tensor.floats()[i] = reference::brainToFloat(static_cast<uint16_t>(bits.integers()[i]));
  return tensor;
}
bool isBrainBits(const Tensor &tensor, reference::ElementType wanted) {
  return wanted == reference::ElementType::bf16() && tensor.type() == reference::ElementType::integer(16, false);
}

class OnnxNodeTest : public ::testing::Test {
protected:
  OnnxNodeTest() {
    context.loadDialect<nn::NnDialect, codec::CodecDialect, func::FuncDialect>();
    context.getDiagEngine().registerHandler([this](Diagnostic &d) { why += d.str() + "; "; });
  }

  /// `input_3.pb` and so on; nothing if there is no such file or it is no tensor weft knows.
  std::optional<Tensor> read(const std::string &path) {
    auto bytes = data::readFile(path);
    onnx::TensorProto proto;
    if (!bytes || !proto.ParseFromArray(bytes->data(), static_cast<int>(bytes->size())))
      return std::nullopt;
    auto host = import::readTensor(&context, proto, "");
    if (!host) {
      llvm::consumeError(host.takeError());
      return std::nullopt;
    }
    auto tensor = evaluation::elementsToTensor(host->attribute("tensor"));
    return tensor ? std::optional<Tensor>(std::move(*tensor)) : std::nullopt;
  }

  /// The tolerances of ONNX's backend tests: rtol 1e-3, atol 1e-7; here the absolute one is f32's at 1.
  bool agree(const Tensor &actual, const Tensor &expected) {
    if (actual.type() != expected.type() || actual.shape() != expected.shape()) {
      why += actual.type().name() + reference::toString(actual.shape()) + ", expected " + expected.type().name() + reference::toString(expected.shape());
      return false;
    }
    for (int64_t i = 0; i < actual.size(); ++i) {
      const double a = actual.asDouble(i), e = expected.asDouble(i);
      const bool near = actual.type().isFloat() ? std::fabs(a - e) <= 1e-6 + 1e-3 * std::fabs(e) : a == e;
      if (a != e && !near && !(std::isnan(a) && std::isnan(e))) {
        why += "element " + std::to_string(i) + " is " + std::to_string(a) + ", expected " + std::to_string(e);
        return false;
      }
    }
    return true;
  }

  Verdict run(const std::string &folder) {
    why.clear();
    import::ImportReport report;
    auto module = import::importOnnxFile(context, {folder + "/model.onnx", {}}, &report);
    if (failed(module))
      return Verdict::Unsupported;
    auto main = (*module)->lookupSymbol<func::FuncOp>("main");
    std::vector<Tensor> inputs;
    for (unsigned i = 0; i < main.getNumArguments(); ++i) {
      auto tensor = read(folder + "/test_data_set_0/input_" + std::to_string(i) + ".pb");
      if (!tensor)
        return Verdict::Unsupported;
      auto wanted = evaluation::elementTypeOf(cast<RankedTensorType>(main.getArgument(i).getType()).getElementType());
      inputs.push_back(wanted && isBrainBits(*tensor, *wanted) ? withBrainFloats(*tensor) : std::move(*tensor));
    }
    auto outputs = evaluation::Evaluator().evaluate(main, inputs);
    if (failed(outputs))
      return Verdict::Wrong;
    for (size_t i = 0; i < outputs->size(); ++i) {
      auto expected = read(folder + "/test_data_set_0/output_" + std::to_string(i) + ".pb");
      if (!expected)
        return Verdict::Unsupported;
      if (isBrainBits(*expected, (*outputs)[i].type()))
        expected = withBrainFloats(*expected);
      if (!agree((*outputs)[i], *expected))
        return Verdict::Wrong;
    }
    return Verdict::Passed;
  }

  MLIRContext context;
  std::string why;
};

std::vector<std::string> testNames() {
  std::vector<std::string> names;
  DIR *folder = opendir(kFolder);
  while (dirent *entry = folder ? readdir(folder) : nullptr)
    if (llvm::StringRef(entry->d_name).starts_with("test_"))
      names.push_back(entry->d_name);
  if (folder)
    closedir(folder);
  llvm::sort(names);
  return names;
}

TEST_F(OnnxNodeTest, whatImportsComputesWhatOnnxSays) {
  std::vector<std::string> names = testNames();
  if (names.empty())
    GTEST_SKIP() << kFolder << " is not there: install libonnx-testdata";
  std::map<Verdict, int> count;
  for (const std::string &name : names) {
    Verdict verdict = run(kFolder + name);
    if (kBroken.contains(name))
      continue;
    ++count[verdict];
    if (verdict == Verdict::Wrong)
      ADD_FAILURE() << name << ": " << why;
  }
  RecordProperty("passed", count[Verdict::Passed]);
  llvm::outs() << count[Verdict::Passed] << " passed, " << count[Verdict::Unsupported] << " are not imported, of " << names.size() << "\n";
  EXPECT_GE(count[Verdict::Passed], 450); // may only grow
}
} // namespace
