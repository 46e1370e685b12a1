//===- Models.h - small ONNX models made in tests ----------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef TEST_UNIT_COMPILER_IMPORT_MODELS_H
#define TEST_UNIT_COMPILER_IMPORT_MODELS_H

#include "compiler/Import/OnnxImport.h"
#include "mlir/IR/MLIRContext.h"
#include "onnx/onnx_pb.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include <gtest/gtest.h>

namespace weft::import::testing {

/// A folder of its own, gone at the end.
class TempFolder {
public:
  TempFolder() { EXPECT_FALSE(llvm::sys::fs::createUniqueDirectory("weft-import", folder)); }
  ~TempFolder() { llvm::sys::fs::remove_directories(folder); }
  std::string path(llvm::StringRef name) const {
    llvm::SmallString<128> joined(folder);
    llvm::sys::path::append(joined, name);
    return std::string(joined);
  }
  std::string write(llvm::StringRef name, llvm::StringRef content) const {
    std::error_code error;
    llvm::raw_fd_ostream out(path(name), error);
    EXPECT_FALSE(error);
    out << content;
    return path(name);
  }

private:
  llvm::SmallString<128> folder;
};

/// What an import said and gave.
struct Imported {
  ImportReport report;
  std::string messages;
  mlir::OwningOpRef<mlir::ModuleOp> module;
};

inline Imported importFile(mlir::MLIRContext &context, const std::string &path) {
  Imported result;
  mlir::ScopedDiagnosticHandler handler(&context, [&](mlir::Diagnostic &d) {
    result.messages += d.str() + "\n";
    for (mlir::Diagnostic &note : d.getNotes())
      result.messages += note.str() + "\n";
    return mlir::success();
  });
  ImportOptions options;
  options.path = path;
  auto module = importOnnxFile(context, options, &result.report);
  EXPECT_EQ(mlir::succeeded(module), result.report.status == ImportStatus::Ok) << result.messages;
  EXPECT_EQ(mlir::failed(module), !result.messages.empty());
  if (mlir::succeeded(module))
    result.module = std::move(*module);
  return result;
}

/// y = MatMul(x, w) with x [batch, 2] and an initializer w for the caller to fill in.
inline onnx::ModelProto matmulModel() {
  onnx::ModelProto model;
  model.set_ir_version(8);
  auto *opset = model.add_opset_import();
  opset->set_version(13);
  auto *graph = model.mutable_graph();
  auto *x = graph->add_input();
  x->set_name("x");
  auto *type = x->mutable_type()->mutable_tensor_type();
  type->set_elem_type(onnx::TensorProto::FLOAT);
  type->mutable_shape()->add_dim()->set_dim_param("batch");
  type->mutable_shape()->add_dim()->set_dim_value(2);
  graph->add_output()->set_name("y");
  auto *node = graph->add_node();
  node->set_op_type("MatMul");
  node->add_input("x");
  node->add_input("w");
  node->add_output("y");
  auto *w = graph->add_initializer();
  w->set_name("w");
  w->set_data_type(onnx::TensorProto::FLOAT);
  w->add_dims(2);
  w->add_dims(2);
  return model;
}

} // namespace weft::import::testing

#endif // TEST_UNIT_COMPILER_IMPORT_MODELS_H
