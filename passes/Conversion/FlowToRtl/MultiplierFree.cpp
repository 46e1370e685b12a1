//===- MultiplierFree.cpp - matrix-vector units without multipliers -------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//
// ROM word formats are those of runtime/rtl/README.md.
//===-------------------------------------------------------------------------===//
#include "passes/Conversion/FlowToRtl/Netlist.h"

using namespace mlir;
using namespace weft;
using namespace weft::conversion;
using reference::Tensor;

static void setCommon(Parameters &p, flow::MvuOp op) {
  flow::StreamType in = op.getInput().getType();
  p.set("SIMD", static_cast<int64_t>(op.getSimd())).set("PE", op.getPe()).set("K", op.getK()).set("N", op.getN());
  p.set("XW", in.getElementBits()).set("X_SIGNED", in.isSigned() ? 1 : 0).set("ACCW", op.getResult().getType().getElementBits());
}

LogicalResult Netlist::addShiftUnit(flow::MvuOp op) {
  codec::PowersOp powers = op.getPowers();
  Parameters p(op.getContext());
  FailureOr<Attribute> bias = biasRom(op, op.getBias(), op.getPe(), op.getResult().getType().getElementBits());
  if (failed(bias) || failed(addWeights(op, flow::WeightSource::ofCodes(op.getWeight()), op.getPe(), op.getSimd(), p)))
    return failure();
  setCommon(p, op);
  p.set("TERMS", powers.getTerms()).set("PLACES", static_cast<int64_t>(powers.getShift())).set("BIAS", *bias);
  instance(op, "weft_mvu_shift", op.getInput(), p);
  return success();
}

LogicalResult Netlist::addBitserial(flow::MvuOp op) {
  codec::BitplanesOp bitplanes = op.getBitplanes();
  FailureOr<Tensor> planes = constant(op, bitplanes.getPlanes());
  FailureOr<Attribute> bias = biasRom(op, op.getBias(), op.getPe(), op.getResult().getType().getElementBits());
  if (failed(planes) || failed(bias))
    return failure();
  Parameters p(op.getContext());
  setCommon(p, op);
  p.set("PLANES", bitplanes.getPlaneCount()).set("PLACES", static_cast<int64_t>(bitplanes.getShift()));
  p.set("WEIGHTS", rom(op, "planes", planesImage(*planes, op.getPe(), op.getSimd()))).set("BIAS", *bias);
  instance(op, "weft_mvu_bitserial", op.getInput(), p);
  return success();
}
