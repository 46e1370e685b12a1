//===- DesignBuilder.h - writes the three files of a design ------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_CONVERSION_FLOWTOEMITC_DESIGNBUILDER_H
#define PASSES_CONVERSION_FLOWTOEMITC_DESIGNBUILDER_H

#include "dialects/Flow/IR/FlowOps.h"
#include "mlir/Dialect/EmitC/IR/EmitC.h"
#include "mlir/IR/Builders.h"
#include "passes/Conversion/FlowToEmitC/FlowToEmitC.h"
#include "passes/Conversion/FlowToEmitC/Roms.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringSet.h"

#include <string>
#include <variant>

namespace weft::flow_to_emitc {

/// `weft::hls::Int<8, true>` and so on.
std::string intType(int64_t bits, bool isSigned);
std::string intType(reference::ElementType type);
std::string elementType(flow::StreamType type);
std::string beatType(flow::StreamType type);
std::string streamType(flow::StreamType type);
/// The stream type of a port that carries such beats.
std::string portType(flow::StreamType type);

/// An argument of a call: a value of the region, or C++ text.
using Argument = std::variant<mlir::Value, std::string>;
/// A template argument: a number, or C++ text.
using TemplateArgument = std::variant<int64_t, std::string>;

/// Builds the body of a design's function and its arrays. Streams are known by the flow values they
/// carry.
class DesignBuilder {
public:
  /// `body` and `roms` say where to build.
  DesignBuilder(mlir::OpBuilder body, mlir::OpBuilder roms) : body(body), roms(roms) {}

  /// Number of frames to process: the last argument of most calls.
  mlir::Value frames;

  /// Declares the stream that carries `value`. `depth`: of its queue, in beats.
  mlir::Value declareStream(mlir::Value value, llvm::StringRef name, int64_t depth);
  /// `value` is on the stream of `other`: there is nothing between them.
  void alias(mlir::Value value, mlir::Value other) { streams[value] = streams.lookup(other); }
  mlir::Value stream(mlir::Value value) const { return streams.lookup(value); }

  /// Adds an array and returns its name. `complete`: the dimensions of which all elements are read
  /// at once.
  std::string addRom(llvm::StringRef name, const Rom &rom, llvm::ArrayRef<int64_t> complete,
                     bool manyPorts = false);

  void call(mlir::Location loc, llvm::StringRef callee, llvm::ArrayRef<TemplateArgument> templates,
            llvm::ArrayRef<Argument> arguments);
  /// Records what went over the stream of `value`, under the stream's name, where traces are
  /// wanted.
  void trace(mlir::Value value);
  llvm::SmallVector<Channel> taps;

  /// A name not given before, of the letters of `name`.
  std::string uniqueName(llvm::StringRef name);
  void verbatim(const llvm::Twine &text);
  /// A line among the arrays.
  void romLine(const llvm::Twine &text);

private:
  mlir::OpBuilder body, roms;
  llvm::DenseMap<mlir::Value, mlir::Value> streams;
  llvm::StringSet<> names;
};

/// Emits the call of one process. Its operands have streams; its results get them.
mlir::LogicalResult buildProcess(mlir::Operation *op, DesignBuilder &design);

} // namespace weft::flow_to_emitc

#endif // PASSES_CONVERSION_FLOWTOEMITC_DESIGNBUILDER_H
