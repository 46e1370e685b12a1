//===- Case.h - one folder of a conformance suite ----------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef TEST_CONFORMANCE_CASE_H
#define TEST_CONFORMANCE_CASE_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include <optional>
#include <string>
#include <vector>

namespace weft::conformance {

/// In the order from good to bad. Unsupported: refused, with a reason. Failed: other results, or an error where there should be none.
enum class Verdict { Passed, Unsupported, Failed, Crashed };
llvm::StringRef nameOf(Verdict verdict);
std::optional<Verdict> verdictOf(llvm::StringRef name);

/// What one executor made of a folder.
struct Outcome {
  Verdict verdict = Verdict::Crashed;
  std::string reason;
};

/// A folder with model.onnx and test_data_set_*/{input,output}_*.pb, and what became of it.
struct Case {
  /// "node" of ".../node/test_abs".
  std::string suite, name, path;
  /// Types of the model's nodes, each once, in order.
  std::vector<std::string> operators;
  /// Inputs that were fixed to their value before the import, as they decide about shapes: the model is specialised.
  std::vector<std::string> bound;
  Outcome reference, native;
};

/// Told of what is known as soon as it is: "operators", "bound", "reference" or "native", with a list or a verdict and a reason.
using Report = llvm::function_ref<void(llvm::StringRef key, const std::vector<std::string> &values)>;

/// Runs a folder through the reference interpreter and native code and compares with its outputs: type, shape, integers exactly,
/// floats within rtol 1e-3 and atol 1e-7, as ONNX's own runner does; NaN equals NaN.
void runCase(const std::string &path, Report report);

} // namespace weft::conformance

#endif // TEST_CONFORMANCE_CASE_H
