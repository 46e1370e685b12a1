//===- Netlist.h - builds the instances of one design ----------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef PASSES_CONVERSION_FLOWTORTL_NETLIST_H
#define PASSES_CONVERSION_FLOWTORTL_NETLIST_H

#include "dialects/Flow/IR/FlowOps.h"
#include "dialects/Rtl/IR/RtlOps.h"
#include "llvm/ADT/StringSet.h"
#include "passes/Conversion/FlowToRtl/BitWords.h"
#include "passes/Conversion/WeightRoms.h"
#include "runtime/reference/Tensor.h"

namespace weft::conversion {

/// Parameters of one instance, in alphabetical order when printed.
class Parameters {
public:
  explicit Parameters(mlir::MLIRContext *context) : builder(context) {}
  Parameters &set(llvm::StringRef name, int64_t value) {
    list.append(name, builder.getI64IntegerAttr(value));
    return *this;
  }
  Parameters &set(llvm::StringRef name, mlir::Attribute value) {
    list.append(name, value);
    return *this;
  }
  mlir::DictionaryAttr get() { return list.getDictionary(builder.getContext()); }

private:
  mlir::Builder builder;
  mlir::NamedAttrList list;
};

/// The module, and the names used in it.
class Netlist {
public:
  Netlist(mlir::OpBuilder &romBuilder, mlir::OpBuilder &builder) : romBuilder(romBuilder), builder(builder) {}

  mlir::LogicalResult build(mlir::func::FuncOp design, bool taps);

private:
  mlir::LogicalResult instantiate(mlir::Operation *op);
  // Instances.cpp: one per process
  mlir::LogicalResult add(flow::FifoOp op);
  mlir::LogicalResult add(flow::WidthOp op);
  mlir::LogicalResult add(flow::ForkOp op);
  mlir::LogicalResult add(flow::ConcatOp op);
  mlir::LogicalResult add(flow::ViewOp op);
  mlir::LogicalResult add(flow::PadOp op);
  mlir::LogicalResult add(flow::SliceOp op);
  mlir::LogicalResult add(flow::WindowOp op);
  mlir::LogicalResult add(flow::PoolOp op);
  mlir::LogicalResult add(flow::ReorderOp op);
  // MultiplierFree.cpp
  mlir::LogicalResult addBitserial(flow::MvuOp op);
  mlir::LogicalResult addShiftUnit(flow::MvuOp op);
  // SparseUnits.cpp
  mlir::LogicalResult add(flow::GatherMvuOp op);
  mlir::LogicalResult add(flow::SelectMvuOp op);
  mlir::LogicalResult add(flow::SparseMvuOp op);
  // Units.cpp: those with ROMs
  mlir::LogicalResult add(flow::MvuOp op);
  mlir::LogicalResult addClustered(flow::MvuOp op);
  mlir::LogicalResult add(flow::DepthwiseOp op);
  mlir::LogicalResult add(flow::RequantizeOp op);
  mlir::LogicalResult addShift(flow::RequantizeOp op);
  mlir::LogicalResult add(flow::ThresholdOp op);
  mlir::LogicalResult add(flow::TableOp op);
  mlir::LogicalResult add(flow::RecurrentOp op);
  /// Parameters of what a recurrent unit begins with, and of its peepholes.
  mlir::LogicalResult addOptional(flow::RecurrentOp op, const reference::Tensor &sigmoid, Parameters &parameters);
  mlir::LogicalResult add(flow::AddOp op);
  mlir::LogicalResult add(flow::MultiplyOp op);
  mlir::LogicalResult add(flow::BiasOp op);
  mlir::LogicalResult add(flow::LutOp op);

  /// An instance of `module` named after the layer, with result streams for `op`'s results.
  rtl::InstanceOp instance(mlir::Operation *op, llvm::StringRef module, mlir::ValueRange inputs, Parameters &parameters,
                           llvm::ArrayRef<llvm::StringRef> inputPorts = {"s"},
                           llvm::ArrayRef<llvm::StringRef> outputPorts = {"m"});
  mlir::Attribute rom(mlir::Operation *op, llvm::StringRef what, const BitWords &words);
  mlir::FailureOr<reference::Tensor> constant(mlir::Operation *op, mlir::Value value);
  mlir::Attribute rom(mlir::Operation *op, llvm::StringRef what, const RomImage &image);
  /// Several memories, as one parameter.
  mlir::Attribute roms(mlir::Operation *op, llvm::StringRef what, llvm::ArrayRef<RomImage> images);
  mlir::Attribute makeRom(mlir::Operation *op, const std::string &name, const BitWords &words);
  /// Parameters of weft_weights, with its ROMs; sets WW and the rest.
  mlir::LogicalResult addWeights(mlir::Operation *op, const flow::WeightSource &source, int64_t pe, int64_t simd, Parameters &parameters,
                                 llvm::ArrayRef<int64_t> order = {});
  /// The same with memories that have words of `rows` weights; sets WORDS, too.
  mlir::LogicalResult addWeightMemories(mlir::Operation *op, const flow::WeightSource &source, int64_t pe, int64_t rows, Parameters &parameters,
                                        llvm::ArrayRef<std::vector<int64_t>> orders);
  void addDecoder(mlir::Operation *op, const flow::WeightSource &source, int64_t pe, const RomImage &table, Parameters &parameters);
  /// PARAMS of a rescaling of `channels` rows, with FOLD, MW and NW.
  mlir::LogicalResult addScales(mlir::Operation *op, mlir::Value multiplier, mlir::Value shift, int64_t lanes, int64_t channels, Parameters &parameters);
  mlir::FailureOr<mlir::Attribute> biasRom(mlir::Operation *op, mlir::Value bias, int64_t pe, int64_t bits);
  std::string unique(llvm::StringRef stem);
  mlir::Value mapped(mlir::Value value) { return streams.lookup(value); }

  mlir::OpBuilder &romBuilder, &builder;
  llvm::DenseMap<mlir::Value, mlir::Value> streams;
  llvm::StringSet<> names;
};

} // namespace weft::conversion

#endif // PASSES_CONVERSION_FLOWTORTL_NETLIST_H
