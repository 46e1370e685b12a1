//===- SparseUnits.cpp - matrix-vector units that skip weights ---------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//
// ROM word formats are those of runtime/rtl/README.md.
//===-------------------------------------------------------------------------===//
#include "passes/Conversion/FlowToRtl/Netlist.h"
#include "passes/Conversion/ListRoms.h"

#include "llvm/Support/MathExtras.h"

#include <algorithm>

using namespace mlir;
using namespace weft;
using namespace weft::conversion;
using reference::Tensor;

namespace {

/// Bits of a number below `count`, at least 1.
int64_t indexBits(int64_t count) { return std::max<int64_t>(1, llvm::Log2_64_Ceil(std::max<int64_t>(count, 1))); }

/// Types of inputs, weights and sums.
template <typename Op> void setElements(Parameters &p, Op op, const flow::WeightSource &source) {
  flow::StreamType in = op.getInput().getType();
  p.set("XW", in.getElementBits()).set("X_SIGNED", in.isSigned() ? 1 : 0).set("W_SIGNED", nn::isUnsignedInteger(source.weightType) ? 0 : 1);
  p.set("ACCW", op.getResult().getType().getElementBits());
}

/// A word for PE outputs each: the steps of their list less one, and on top a bit where they read nothing.
RomImage countWords(const ListImages &lists) {
  RomImage words{1, lists.counts.bits + 1, {}};
  for (size_t i = 0; i < lists.counts.elements.size(); i += 2)
    words.elements.push_back(lists.counts.elements[i] | lists.counts.elements[i + 1] << lists.counts.bits);
  return words;
}

} // namespace

LogicalResult Netlist::add(flow::SparseMvuOp op) {
  int64_t pe = op.getPe(), edges = op.getEdges(), fanIn = op.getFanIn(), z = op.getMemories();
  Parameters p(op.getContext());
  FailureOr<Tensor> starts = constant(op, op.getStarts());
  FailureOr<Attribute> bias = biasRom(op, op.getBias(), pe, op.getResult().getType().getElementBits());
  auto source = flow::WeightSource::of(op.getWeight());
  if (failed(starts) || failed(bias) || failed(addWeights(op, source, pe, std::min<int64_t>(edges, fanIn), p)))
    return failure();
  p.set("Z", edges).set("FI", fanIn).set("K", op.getK()).set("N", op.getN()).set("TURNS", z / edges).set("TYPE", op.getInterleaver());
  setElements(p, op, source);
  p.set("BIAS", *bias);
  if (op.getK() > edges)
    p.set("STARTS", rom(op, "starts", RomImage{edges, indexBits(op.getK() / z), starts->integers()}));
  if (op.getLanes()) {
    FailureOr<Tensor> lanes = constant(op, op.getLanes());
    if (failed(lanes))
      return failure();
    p.set("DITHERS", lanes->dim(0)).set("LANES", rom(op, "lanes", RomImage{z, indexBits(z), lanes->integers()}));
  }
  instance(op, "weft_sparse_mvu", op.getInput(), p);
  return success();
}

LogicalResult Netlist::add(flow::SelectMvuOp op) {
  int64_t pe = op.getPe(), lanes = op.getMultipliers(), share = op.getShare();
  Parameters p(op.getContext());
  FailureOr<Tensor> indices = constant(op, op.getIndices());
  FailureOr<Attribute> bias = biasRom(op, op.getBias(), pe, op.getResult().getType().getElementBits());
  auto source = flow::WeightSource::of(op.getWeight());
  if (failed(indices) || failed(bias) || failed(addWeights(op, source, pe, lanes, p)))
    return failure();
  p.set("SIMD", static_cast<int64_t>(op.getSimd())).set("PE", pe).set("K", op.getK()).set("N", op.getN());
  p.set("OF", op.getGroup()).set("KEEP", op.getKept()).set("SHARE", share);
  setElements(p, op, source);
  p.set("INDICES", rom(op, "indices", indicesImage(op, *indices))).set("BIAS", *bias);
  instance(op, "weft_mvu_select", op.getInput(), p);
  return success();
}

LogicalResult Netlist::add(flow::GatherMvuOp op) {
  int64_t pe = op.getPe(), simd = op.getSimd();
  Parameters p(op.getContext());
  FailureOr<Tensor> gaps = constant(op, op.getGaps());
  FailureOr<Attribute> bias = biasRom(op, op.getBias(), pe, op.getResult().getType().getElementBits());
  auto source = flow::WeightSource::of(op.getWeight());
  if (failed(gaps) || failed(bias))
    return failure();
  FailureOr<ListImages> lists = listImages(op, *gaps);
  if (failed(lists))
    return failure();
  int64_t rows = pe / op.getSets();
  if (failed(lists->isRagged ? addWeightMemories(op, source, pe, rows, p, lists->weights) : addWeights(op, source, pe, simd, p, lists->wholeWords(rows, simd))))
    return failure();
  p.set("SIMD", simd).set("PE", pe).set("K", op.getK()).set("N", op.getN()).set("E", lists->steps * simd).set("SHARE", op.getShare());
  p.set("LOAD", op.getLoadLanes()).set("DEPTH", lists->depth).set("FIRST", DenseI64ArrayAttr::get(op.getContext(), lists->firsts));
  setElements(p, op, source);
  p.set("STARTS", rom(op, "starts", lists->starts)).set("GW", lists->gaps.bits).set("BIAS", *bias);
  if (lists->steps > 1)
    p.set("GAPS", rom(op, "gaps", lists->gaps));
  if (lists->isRagged) {
    p.set("RAGGED", 1).set("GAP_WORDS", lists->gaps.words());
    p.set("COUNTS", rom(op, "counts", countWords(*lists)));
  }
  instance(op, "weft_mvu_gather", op.getInput(), p);
  return success();
}
