//===- GraphExporter.h - writes a function as an ONNX graph -------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_EXPORT_GRAPHEXPORTER_H
#define COMPILER_EXPORT_GRAPHEXPORTER_H

#include "compiler/Export/ModelWriter.h"
#include "compiler/Export/OnnxExport.h"
#include "dialects/Codec/IR/CodecOps.h"
#include "dialects/Nn/IR/NnOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

namespace weft::exporter {

/// The ONNX type that holds values of an element type: integers of other widths are held by the next wider one.
/// `packed`: 4-bit types may be used. Nothing for types that ONNX lacks.
std::optional<DataType> dataTypeOf(mlir::Type element, bool packed = false);

/// Bits of an element as ONNX stores it.
unsigned bitsOf(DataType type);

/// Writes one function. Used once.
class GraphExporter {
public:
  GraphExporter(const ExportOptions &options, ExportReport &report);

  /// The bytes of the model; failure with a diagnostic.
  mlir::FailureOr<std::string> run(mlir::func::FuncOp function);

  // What writers of operations use. Names are unique; `hint` is taken where it is free.

  /// The name of an operand; writes the initializer of a constant when it is first used.
  std::string name(mlir::Value value);
  /// A node whose single result is `op`'s.
  mlir::LogicalResult node(mlir::Operation *op, llvm::StringRef opType, std::vector<std::string> inputs,
                           std::vector<NodeAttribute> attributes = {});
  /// A node whose second result is `op`'s; the first is not used.
  mlir::LogicalResult second(mlir::Operation *op, llvm::StringRef opType, std::vector<std::string> inputs,
                             std::vector<NodeAttribute> attributes);
  /// A node on the way to an operation's result; returns the name of its result.
  std::string step(mlir::Operation *op, llvm::StringRef opType, std::vector<std::string> inputs,
                   std::vector<NodeAttribute> attributes = {}, llvm::StringRef hint = "");
  /// `op`'s result is the value of that name.
  mlir::LogicalResult alias(mlir::Operation *op, const std::string &name);

  std::string integers(llvm::ArrayRef<int64_t> values, llvm::StringRef hint);
  /// A scalar of any element type.
  std::string scalar(mlir::Type element, double value, llvm::StringRef hint);
  /// An initializer in `type`, perhaps wider than the tensor's own.
  std::string initializer(const reference::Tensor &tensor, DataType type, llvm::StringRef hint);
  /// A constant of 1 or 2 bits, eight or four elements to a byte, and the nodes that unpack it to uint8 of its shape.
  std::string unpackedBits(mlir::Operation *op, const reference::Tensor &tensor, unsigned bits, llvm::StringRef hint);

  /// The value of an expression of constants. Failure with a diagnostic.
  mlir::FailureOr<reference::Tensor> evaluate(mlir::Operation *op, mlir::Value value);
  /// Writes an expression as the constant it evaluates to, and says so.
  mlir::LogicalResult materialize(codec::Expression expression);
  /// Where the module has an integer type that ONNX lacks, the metadata names it.
  void noteType(const std::string &initializer, DataType stored, mlir::Type element);

  /// Records that ONNX has no form for the operation. The export goes on, to find others.
  mlir::LogicalResult unsupported(mlir::Operation *op, const llvm::Twine &reason);

private:
  mlir::LogicalResult addInputs(mlir::func::FuncOp function);
  mlir::LogicalResult addOutputs(mlir::func::FuncOp function);
  mlir::LogicalResult write(mlir::Operation *op);
  static llvm::DenseSet<mlir::Operation *> needed(mlir::func::FuncOp function, bool materialize);
  std::string unique(llvm::StringRef hint, llvm::StringSet<> &taken);
  std::string constant(mlir::Value value);
  std::string resultName(mlir::Operation *op);

  const ExportOptions &options;
  ExportReport &report;
  ModelWriter writer;
  llvm::DenseMap<mlir::Value, std::string> names;
  /// Names that results of the function have.
  llvm::DenseMap<mlir::Value, std::string> outputNames;
  llvm::StringSet<> valueNames, nodeNames;
  /// Outputs that are an argument, a constant, or another output.
  std::vector<std::pair<std::string, mlir::Value>> copies;
  /// Constants that the export adds: one of a content.
  llvm::StringMap<std::string> shared;
  bool failed = false;
};

// One function per operation, in Ops/, by family. Each writes its nodes, or says what ONNX lacks.
mlir::LogicalResult write(GraphExporter &g, nn::UnaryOp op);
mlir::LogicalResult write(GraphExporter &g, nn::ClipOp op);
mlir::LogicalResult write(GraphExporter &g, nn::BinaryOp op);
mlir::LogicalResult write(GraphExporter &g, nn::SelectOp op);
mlir::LogicalResult write(GraphExporter &g, nn::CastOp op);
mlir::LogicalResult write(GraphExporter &g, nn::LinearOp op);
mlir::LogicalResult write(GraphExporter &g, nn::ConvOp op);
mlir::LogicalResult write(GraphExporter &g, nn::MatmulOp op);
mlir::LogicalResult write(GraphExporter &g, nn::PoolOp op);
mlir::LogicalResult write(GraphExporter &g, nn::ReduceOp op);
mlir::LogicalResult write(GraphExporter &g, nn::ArgReduceOp op);
mlir::LogicalResult write(GraphExporter &g, nn::SoftmaxOp op);
mlir::LogicalResult write(GraphExporter &g, nn::ReshapeOp op);
mlir::LogicalResult write(GraphExporter &g, nn::TransposeOp op);
mlir::LogicalResult write(GraphExporter &g, nn::ConcatOp op);
mlir::LogicalResult write(GraphExporter &g, nn::SliceOp op);
mlir::LogicalResult write(GraphExporter &g, nn::PadOp op);
mlir::LogicalResult write(GraphExporter &g, nn::GatherOp op);
mlir::LogicalResult write(GraphExporter &g, nn::GatherNdOp op);
mlir::LogicalResult write(GraphExporter &g, nn::ScatterNdOp op);
mlir::LogicalResult write(GraphExporter &g, nn::TopKOp op);
mlir::LogicalResult write(GraphExporter &g, nn::ScanOp op);
mlir::LogicalResult write(GraphExporter &g, nn::BroadcastOp op);
mlir::LogicalResult write(GraphExporter &g, nn::QuantizeOp op);
mlir::LogicalResult write(GraphExporter &g, nn::DequantizeOp op);
mlir::LogicalResult write(GraphExporter &g, nn::RecurrentOp op);
mlir::LogicalResult write(GraphExporter &g, codec::Expression op);

/// Whether a recurrent layer takes the linear layer in.
bool isRecurrentInput(nn::LinearOp op);

/// Whether ONNX can say an expression as it is, from its leaves. Others are written as what they evaluate to.
bool hasOnnxForm(codec::Expression expression);
/// Whether an operand of such an expression is a value of the graph; others are packed into initializers of another form.
bool isWritten(mlir::OpOperand &leaf);

} // namespace weft::exporter

#endif // COMPILER_EXPORT_GRAPHEXPORTER_H
