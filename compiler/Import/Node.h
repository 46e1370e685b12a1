//===- Node.h - one ONNX node, as builders see it ----------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_IMPORT_NODE_H
#define COMPILER_IMPORT_NODE_H

#include "compiler/Import/Symbols.h"
#include "dialects/Nn/IR/NnOps.h"
#include "llvm/ADT/StringSet.h"

namespace onnx {
class NodeProto;
class AttributeProto;
class GraphProto;
class TensorProto;
} // namespace onnx

namespace weft::import {

class GraphImporter;
struct Scope;

/// A constant whose shape is known up to dynamic dimensions, along which it repeats: the initial state of a batch. Operators that do not ask
/// for it report it as depending on a dynamic dimension.
struct SymbolicSplat {
  llvm::SmallVector<Dim> dims;
  mlir::Type elementType;
  /// Of all elements; or they are those of `repeated`, whose dynamic dimensions are 1.
  double value = 0;
  std::shared_ptr<const HostTensor> repeated = nullptr;

  bool isZero() const { return value == 0 && !repeated; }
};

/// An operand that may be absent, for `Node::create`.
struct Optional {
  mlir::Value value;
  operator mlir::Value() const { return value; }
};

/// One ONNX node: its attributes, operands and results, and how to make operations for it.
///
/// Errors work like NaN: what goes wrong is recorded and gives a null Value or a default; operations of null values
/// are null. So builders compute straight ahead, and return what `set` returns.
class Node {
public:
  Node(GraphImporter &importer, Scope &scope, const onnx::NodeProto &proto, int64_t opset);

  // What it is.
  llvm::StringRef opType() const;
  llvm::StringRef name() const { return nodeName; }
  int64_t opset() const { return opsetVersion; }
  mlir::Location loc() const { return location; }
  mlir::OpBuilder &builder();
  Symbols &symbols();

  // Attributes. One of another type is an error of the file; an absent one is the default.
  bool hasAttr(llvm::StringRef name);
  int64_t getInt(llvm::StringRef name, int64_t otherwise);
  double getFloat(llvm::StringRef name, double otherwise);
  llvm::StringRef getString(llvm::StringRef name, llvm::StringRef otherwise);
  std::optional<llvm::SmallVector<int64_t>> getInts(llvm::StringRef name);
  std::optional<llvm::SmallVector<double>> getFloats(llvm::StringRef name);
  std::optional<llvm::SmallVector<llvm::StringRef>> getStrings(llvm::StringRef name);
  std::optional<HostTensor> getTensor(llvm::StringRef name);
  /// Null if it is absent.
  const onnx::GraphProto *getGraph(llvm::StringRef name);
  /// Says that an attribute is understood to have no influence.
  void ignoreAttr(llvm::StringRef name) { used.insert(name); }
  /// The first attribute nobody asked for, or "".
  llvm::StringRef unusedAttr() const;

  // Operands.
  unsigned numInputs() const;
  unsigned numOutputs() const;
  bool has(unsigned i) const;
  bool hasOutput(unsigned i) const;
  /// Whether a node or the graph's end reads output i.
  bool isUsed(unsigned i) const;
  /// The value; null if it is absent, or known only as a symbolic shape (which is then reported).
  mlir::Value input(unsigned i);
  llvm::StringRef inputName(unsigned i) const;
  /// The constant, or null. Nothing is added to the module.
  const HostTensor *constant(unsigned i);
  /// Constant behind a value made by `makeConstant` or `input`.
  const HostTensor *constant(mlir::Value value);
  /// The value of an operand that depends on constants alone, computed if it is an expression of them; nothing else.
  std::optional<HostTensor> parameter(unsigned i);
  /// Small integers, perhaps symbolic; nothing if it is computed data.
  std::optional<SmallTensor> small(unsigned i);
  /// Constant integers in order (a list or scalar). Reports what is wrong and gives nothing.
  std::optional<llvm::SmallVector<int64_t>> ints(unsigned i, llvm::StringRef what);
  const SymbolicSplat *splat(unsigned i);
  /// Dimensions of an operand, whether computed or constant; nothing if it is absent.
  std::optional<llvm::SmallVector<Dim>> inputDims(unsigned i);

  /// Element type of an operand, whether computed or constant; null if it is absent.
  mlir::Type elementTypeOf(unsigned i);

  // Types. Null-safe.
  mlir::RankedTensorType type(mlir::Value v) const;
  int64_t rank(mlir::Value v) const;
  llvm::ArrayRef<int64_t> shape(mlir::Value v) const;
  mlir::Type elementType(mlir::Value v) const;
  /// An axis from 0 to rank − 1 from one that may be negative; an error if outside.
  std::optional<int64_t> axis(int64_t axis, int64_t rank);

  // Operations.
  mlir::Value makeConstant(HostTensor constant, llvm::StringRef name);
  /// Every element the same; takes no memory.
  mlir::Value makeSplat(llvm::ArrayRef<int64_t> shape, mlir::Type element, double value);
  /// An operation with result element type `element`; its shape is inferred, and it is verified.
  template <typename Op, typename... Args> mlir::Value create(mlir::Type element, Args &&...args) {
    if (failed() || (isNull(args) || ...) || !element)
      return {};
    auto placeholder = mlir::RankedTensorType::get({}, element);
    return finish(Op::create(builder(), loc(), placeholder, std::forward<Args>(args)...));
  }
  mlir::Value unary(nn::UnaryKind kind, mlir::Value x, double alpha = 0, double beta = 0);
  mlir::Value binary(nn::BinaryKind kind, mlir::Value a, mlir::Value b);
  mlir::Value convert(mlir::Value x, mlir::Type element);
  /// Constants change in place; −1 as in nn.reshape.
  mlir::Value reshape(mlir::Value x, llvm::ArrayRef<int64_t> shape);
  /// To dimensions of which several may be symbolic but one dynamic; reports otherwise.
  mlir::Value reshapeTo(mlir::Value x, llvm::ArrayRef<Dim> dims);
  mlir::Value transpose(mlir::Value x, llvm::ArrayRef<int64_t> perm);
  /// codec.lookup of constants; codes [..., ...], codebook [G, K].
  mlir::Value lookup(mlir::Value codes, mlir::Value codebook, llvm::StringRef name);
  /// codec.scatter; values [E], mask of the weight's shape with E elements set.
  mlir::Value scatter(mlir::Value values, mlir::Value mask, llvm::StringRef name);
  /// Whether a value depends on no input of the model.
  bool isParameter(mlir::Value value);

  // Results.
  mlir::LogicalResult set(unsigned output, mlir::Value value);
  mlir::LogicalResult set(unsigned output, HostTensor constant);
  mlir::LogicalResult set(unsigned output, SmallTensor small);
  mlir::LogicalResult set(unsigned output, SymbolicSplat splat);
  /// The same as an input: a value, constant or shape.
  mlir::LogicalResult forward(unsigned output, unsigned input);

  // Failure.
  /// A good model that weft cannot represent. Collected; the import goes on to find others.
  mlir::LogicalResult unsupported(const llvm::Twine &reason);
  /// The same where the reason is that operands are computed, which only constants can be: says which inputs of the model to bind.
  mlir::LogicalResult needsConstant(const llvm::Twine &reason, llvm::ArrayRef<unsigned> operands);
  /// A broken model. Ends the import.
  mlir::LogicalResult invalid(const llvm::Twine &problem);
  bool failed() const { return isFailed; }

private:
  static bool isNull(mlir::Value v) { return !v; }
  static bool isNull(const llvm::SmallVectorImpl<mlir::Value> &values) {
    return llvm::any_of(values, [](mlir::Value v) { return !v; });
  }
  template <typename T> static bool isNull(const T &) { return false; }
  mlir::Value finish(mlir::Operation *op);
  std::vector<std::string> sourcesOf(unsigned i);
  const onnx::AttributeProto *attr(llvm::StringRef name, int type, llvm::StringRef typeName);

  GraphImporter &importer;
  Scope &scope;
  const onnx::NodeProto &proto;
  std::string nodeName;
  int64_t opsetVersion;
  mlir::Location location;
  llvm::StringSet<> used;
  bool isFailed = false;
};

} // namespace weft::import

#endif // COMPILER_IMPORT_NODE_H
