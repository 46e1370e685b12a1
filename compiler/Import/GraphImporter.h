//===- GraphImporter.h - walks an ONNX graph ---------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_IMPORT_GRAPHIMPORTER_H
#define COMPILER_IMPORT_GRAPHIMPORTER_H

#include "compiler/Import/FunctionBody.h"
#include "compiler/Import/Node.h"
#include "compiler/Import/OnnxImport.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace onnx {
class FunctionProto;
class GraphProto;
class ModelProto;
class ValueInfoProto;
} // namespace onnx

namespace weft::import {

struct OpEntry;

/// What an ONNX value name stands for: computed, constant, a symbolic shape, or what an unsupported node left.
struct Entry {
  mlir::Value value;
  HostTensor constant;
  /// An initializer not read yet.
  onnx::TensorProto *tensor = nullptr;
  std::optional<SmallTensor> small;
  std::optional<SymbolicSplat> splat;
  bool poisoned = false;
};

/// The names of a graph, or of one call of a local function.
struct Scope {
  llvm::StringMap<Entry> values;
  llvm::StringMap<int64_t> opsets;
  /// Names that something reads: a node, a graph inside of one, or the end.
  llvm::StringSet<> read;
  /// Attributes of the call, for `ref_attr_name`.
  llvm::StringMap<const onnx::AttributeProto *> attributes;
  /// Goes before the names of nodes: the names of the calls.
  std::string prefix;
  unsigned depth = 0;
};

/// Imports one model. Used once.
class GraphImporter {
public:
  GraphImporter(mlir::MLIRContext &context, const ImportOptions &options, onnx::ModelProto &model,
                ImportReport &report);

  /// The module, or null where the report's status says why.
  mlir::OwningOpRef<mlir::ModuleOp> run();

private:
  friend class Node;
  /// Functions in functions, and graphs in graphs: more is a recursion.
  static constexpr unsigned kMaxDepth = 64;

  // Graph.
  mlir::LogicalResult readOpsets();
  mlir::LogicalResult addInitializers();
  /// The initializer in the type that the metadata names.
  mlir::LogicalResult narrow(HostTensor &tensor, llvm::StringRef name);
  /// Makes constants of the inputs that `options.bindings` fixes.
  mlir::LogicalResult bindInputs();
  mlir::LogicalResult bindInput(const onnx::ValueInfoProto &info, const reference::Tensor &value);
  mlir::LogicalResult addArguments();
  /// The size that the options give an open dimension, by its name or by its place "input[axis]"; −1 where they give none.
  int64_t givenSize(llvm::StringRef name, const std::string &place);
  /// Every size that the options give belongs to an open dimension.
  mlir::LogicalResult checkGivenSizes();
  mlir::LogicalResult addArgument(const onnx::ValueInfoProto &info);
  mlir::LogicalResult addResults();
  mlir::FailureOr<mlir::RankedTensorType> typeOf(const onnx::ValueInfoProto &info, llvm::SmallVectorImpl<Dim> &dims);

  // Nodes.
  using NodeList = llvm::ArrayRef<const onnx::NodeProto *>;
  mlir::LogicalResult importNodes(NodeList nodes, Scope &scope);
  mlir::LogicalResult sortNodes(NodeList nodes, Scope &scope, llvm::SmallVectorImpl<unsigned> &order);
  mlir::LogicalResult importNode(const onnx::NodeProto &proto, Scope &scope);
  mlir::LogicalResult callFunction(Node &node, const onnx::NodeProto &call, const onnx::FunctionProto &function,
                                   Scope &scope);
  /// A node that weft does not know, as the function by which ONNX defines it.
  void callDefinition(Node &node, const onnx::NodeProto &proto, Scope &scope);

  // Control flow: ControlFlow.cpp.
  /// The scope of a graph inside of a node: what it reads from around, and its initializers.
  mlir::FailureOr<Scope> enterSubgraph(Node &node, const onnx::GraphProto &graph, Scope &outer);
  /// Imports the nodes of such a graph; its outputs.
  mlir::FailureOr<llvm::SmallVector<Entry>> importSubgraph(Node &node, const onnx::GraphProto &graph, Scope &inner);
  using ControlFn = mlir::LogicalResult (GraphImporter::*)(Node &, const onnx::NodeProto &, Scope &);
  /// How a control flow operator is imported; null for others.
  static ControlFn controlFlow(llvm::StringRef domain, llvm::StringRef opType);
  mlir::LogicalResult importIf(Node &node, const onnx::NodeProto &proto, Scope &scope);
  mlir::LogicalResult importLoop(Node &node, const onnx::NodeProto &proto, Scope &scope);
  mlir::LogicalResult importScan(Node &node, const onnx::NodeProto &proto, Scope &scope);
  /// The integer of an entry that holds one, if it is known now.
  std::optional<int64_t> knownNumber(Entry &entry);
  mlir::Value selectEntry(Node &node, mlir::Value condition, Entry &yes, Entry &no, llvm::StringRef name);
  /// The operands first to first + count − 1, which change from step to step.
  llvm::SmallVector<Entry> readStates(const onnx::NodeProto &proto, int first, int count, Scope &scope);
  /// The values of all steps along a new dimension.
  mlir::Value concatSteps(Node &node, llvm::MutableArrayRef<Entry> steps, int64_t axis, llvm::StringRef name);
  mlir::LogicalResult setSteps(Node &node, const onnx::NodeProto &proto, Scope &scope, int output,
                               llvm::MutableArrayRef<Entry> steps, int64_t axis);
  void setEntry(const onnx::NodeProto &proto, int output, Scope &scope, Entry entry);
  static void poisonOutputs(const onnx::NodeProto &proto, Scope &scope);

  /// Computes a node of shape arithmetic now. False if it is none.
  bool fold(Node &node, const OpEntry &entry);
  const onnx::FunctionProto *findFunction(const onnx::NodeProto &proto) const;

  // Values.
  /// The SSA value of an entry: makes the constant if it is one. Null for symbolic shapes.
  mlir::Value materialize(Entry &entry, llvm::StringRef name);
  /// Reads the initializer if it is one. Null if the entry is no constant.
  const HostTensor *constantOf(Entry &entry, llvm::StringRef name);

  // Failure.
  mlir::LogicalResult invalid(mlir::Location loc, const llvm::Twine &message);
  mlir::Location valueLoc(llvm::StringRef name);

  mlir::MLIRContext &context;
  const ImportOptions &options;
  onnx::ModelProto &model;
  ImportReport &report;
  std::string folder;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  mlir::func::FuncOp function;
  mlir::OpBuilder opBuilder;
  Symbols symbolTable;
  Scope mainScope;
  /// Sizes of symbolic dimensions that bound inputs have.
  llvm::StringMap<int64_t> boundDims;
  /// Names and places of dimensions that the model leaves open.
  std::vector<std::string> openDims;
  /// Constants behind the `nn.constant`s made so far.
  llvm::DenseMap<mlir::Value, HostTensor> constants;
  llvm::StringMap<const onnx::FunctionProto *> functions;
  /// Integer types that ONNX lacks, of initializers: the metadata `weft.type.<name>`.
  llvm::StringMap<std::string> narrowTypes;
  /// Functions by which ONNX defines operators, and their calls.
  std::vector<FunctionCall> definitions;
  /// Nodes still allowed: local functions that call each other twice would grow without end.
  int64_t budget = 1 << 17;
};

} // namespace weft::import

#endif // COMPILER_IMPORT_GRAPHIMPORTER_H
