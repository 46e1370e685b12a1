//===- Instances.cpp - processes without coefficients --------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "passes/Conversion/FlowToRtl/Netlist.h"

#include <numeric>

using namespace mlir;
using namespace weft;
using namespace weft::conversion;

LogicalResult Netlist::add(flow::ViewOp op) {
  streams[op.getResult()] = mapped(op.getInput());
  return success();
}

LogicalResult Netlist::add(flow::FifoOp op) {
  Parameters p(op.getContext());
  p.set("W", op.getResult().getType().getBeatBits()).set("DEPTH", op.getDepth());
  instance(op, "weft_fifo", op.getInput(), p);
  return success();
}

LogicalResult Netlist::add(flow::WidthOp op) {
  flow::StreamType in = op.getInput().getType(), out = op.getResult().getType();
  int64_t common = op.isGearbox() ? std::gcd(in.getLanes(), out.getLanes()) : 1;
  Parameters p(op.getContext());
  p.set("BITS", in.getElementBits() * common).set("IN", in.getLanes() / common).set("OUT", out.getLanes() / common);
  StringRef module = op.isGearbox() ? "weft_gearbox" : out.getLanes() >= in.getLanes() ? "weft_width_up" : "weft_width_down";
  instance(op, module, op.getInput(), p);
  return success();
}

LogicalResult Netlist::add(flow::ForkOp op) {
  Parameters p(op.getContext());
  p.set("W", op.getInput().getType().getBeatBits()).set("N", static_cast<int64_t>(op.getOutputs().size()));
  instance(op, "weft_fork", op.getInput(), p);
  return success();
}

LogicalResult Netlist::add(flow::ConcatOp op) {
  SmallVector<int64_t> beats;
  for (Value input : op.getInputs())
    beats.push_back(op.getRoundBeats(input));
  Parameters p(op.getContext());
  p.set("W", op.getResult().getType().getBeatBits()).set("N", static_cast<int64_t>(beats.size()));
  p.set("BEATS", DenseI64ArrayAttr::get(op.getContext(), beats));
  instance(op, "weft_concat", op.getInputs(), p);
  return success();
}

LogicalResult Netlist::add(flow::PadOp op) {
  flow::StreamType in = op.getInput().getType();
  Parameters p(op.getContext());
  p.set("LANES", op.getPe()).set("BITS", in.getElementBits());
  p.set("IH", in.getHeight()).set("IW", in.getWidth()).set("FOLD", in.getFold());
  p.set("PT", op.getLow()[0]).set("PL", op.getLow()[1]).set("PB", op.getHigh()[0]).set("PR", op.getHigh()[1]);
  p.set("VALUE", op.getValue());
  instance(op, "weft_pad", op.getInput(), p);
  return success();
}

LogicalResult Netlist::add(flow::SliceOp op) {
  flow::StreamType in = op.getInput().getType();
  ArrayRef<int64_t> from = op.getStarts(), size = op.getSizes();
  int64_t pe = op.getPe();
  Parameters p(op.getContext());
  p.set("W", in.getBeatBits()).set("IH", in.getHeight()).set("IW", in.getWidth()).set("FOLD", in.getFold());
  p.set("H0", from[0]).set("H1", from[0] + size[0]).set("W0", from[1]).set("W1", from[1] + size[1]);
  p.set("F0", from[2] / pe).set("F1", (from[2] + size[2]) / pe);
  instance(op, "weft_slice", op.getInput(), p);
  return success();
}

LogicalResult Netlist::add(flow::WindowOp op) {
  flow::WindowShape shape = op.getShape();
  Parameters p(op.getContext());
  p.set("LANES", op.getPe()).set("BITS", op.getInput().getType().getElementBits());
  p.set("IH", shape.height).set("IW", shape.width).set("FOLD", shape.fold);
  p.set("KH", shape.kernelH).set("KW", shape.kernelW).set("SH", shape.strideH).set("SW", shape.strideW);
  p.set("DH", shape.dilationH).set("DW", shape.dilationW);
  p.set("DEPTHWISE", shape.depthwise ? 1 : 0).set("DEPTH", shape.depth);
  instance(op, "weft_window", op.getInput(), p);
  return success();
}

LogicalResult Netlist::add(flow::PoolOp op) {
  flow::StreamType in = op.getInput().getType(), out = op.getResult().getType();
  Parameters p(op.getContext());
  p.set("LANES", op.getPe()).set("T", op.getTaps());
  if (op.isWholeFrame())
    p.set("FOLD", out.getFold());
  p.set("BITS", in.getElementBits()).set("SIGNED", in.isSigned() ? 1 : 0);
  p.set("SUM", op.getKind() == flow::PoolKind::sum ? 1 : 0).set("OW", out.getElementBits());
  instance(op, "weft_pool", op.getInput(), p);
  return success();
}

LogicalResult Netlist::add(flow::ReorderOp op) {
  int64_t lanes = op.getPe();
  // Loops in beats, innermost first, each with the move of the read address when it advances and those inside it restart.
  SmallVector<int64_t> counts, moves;
  int64_t inside = 0, start = op.getBase() / lanes;
  for (auto [count, stride] : llvm::reverse(llvm::zip(op.getCounts(), op.getStrides()))) {
    bool innermost = counts.empty();
    int64_t beats = innermost && lanes > 1 ? count / lanes : count, step = innermost && lanes > 1 ? 1 : stride / lanes;
    counts.push_back(beats), moves.push_back((step - inside) & 0xffffffff); // modulo 2^32: moves may go back
    inside += (beats - 1) * step;
    start -= std::min<int64_t>(0, (beats - 1) * step);
  }
  Parameters p(op.getContext());
  p.set("W", op.getResult().getType().getBeatBits()).set("FRAME", op.getInput().getType().getBeats());
  p.set("LOOPS", static_cast<int64_t>(counts.size()));
  p.set("COUNTS", DenseI64ArrayAttr::get(op.getContext(), counts)).set("MOVES", DenseI64ArrayAttr::get(op.getContext(), moves));
  p.set("START", start);
  instance(op, "weft_reorder", op.getInput(), p);
  return success();
}
