//===- FlowVerifyUnits.cpp - what units with weights check of themselves -------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "dialects/Flow/IR/FlowChecks.h"
#include "dialects/Flow/IR/WeightSource.h"
#include "dialects/Nn/IR/Integers.h"
#include "llvm/Support/MathExtras.h"

#include <numeric>

using namespace mlir;
using namespace weft::flow;

weft::codec::LookupOp MvuOp::getLookup() {
  return getWeight().getDefiningOp<weft::codec::LookupOp>();
}

weft::codec::PowersOp MvuOp::getPowers() {
  weft::codec::LookupOp lookup = getLookup();
  Value values = lookup ? lookup.getCodebook() : getWeight();
  return values.getDefiningOp<weft::codec::PowersOp>();
}
weft::codec::BitplanesOp MvuOp::getBitplanes() { return getWeight().getDefiningOp<weft::codec::BitplanesOp>(); }

/// PE and SIMD go with what is stored of the weight.
static LogicalResult verifyLanes(MvuOp op) {
  WeightSource source = WeightSource::of(op.getWeight());
  int64_t pe = op.getPe(), simd = op.getSimd();
  if (!source.allowsPe(pe))
    return op.emitOpError() << "expected pe that divides the circulant block of " << source.block << " or is a multiple of it, got " << pe;
  if (source.allowsSimd(simd))
    return success();
  if (source.columns / source.runs % simd != 0)
    return op.emitOpError() << "expected simd that divides the " << source.columns / source.runs << " weights of a reference, got " << simd;
  return op.emitOpError() << "expected simd that divides the circulant block of " << source.block << " or is a multiple of it, got " << simd;
}

LogicalResult MvuOp::verify() {
  StreamType in = getInput().getType(), out = getResult().getType();
  if (failed(expectFrame(*this, out, in.getHeight(), in.getWidth(), getN())) ||
      failed(expectShape(*this, "a weight", getWeight(), {getN(), getK()})) ||
      failed(expectShape(*this, "a bias", getBias(), {getN()})))
    return failure();
  int64_t simd = getSimd(), multipliers = getMultipliers();
  if (simd < 1 || getK() % simd != 0)
    return emitOpError() << "expected simd that divides K = " << getK() << ", got " << simd;
  if (getUnit() == MvuUnit::shift && !getPowers())
    return emitOpError("a shift unit has shifts in place of products: the weight must be a codec.powers, or a codec.lookup into one");
  if (getUnit() == MvuUnit::bitserial && !getBitplanes())
    return emitOpError("a bit-serial unit takes a weight plane by plane: the weight must be a codec.bitplanes");
  if (getUnit() != MvuUnit::multiply && multipliers != 0)
    return emitOpError() << "a " << stringifyMvuUnit(getUnit()) << " unit has no multipliers, got " << multipliers;
  if (multipliers == 0)
    return verifyLanes(*this);
  if (multipliers < 0 || !getLookup())
    return emitOpError("multipliers are of a clustered unit: the weight must be a codec.lookup");
  int64_t pe = getPe();
  if (multipliers % pe != 0 && pe % multipliers != 0)
    return emitOpError() << "expected multipliers that divide pe = " << pe
                         << " or that pe divides, got " << multipliers;
  auto book = cast<RankedTensorType>(getLookup().getCodebook().getType());
  int64_t codes = book.getDimSize(1), rows = getN() / book.getDimSize(0);
  if (pe % rows != 0 && rows % pe != 0)
    return emitOpError() << "expected pe = " << pe << " that divides the " << rows
                         << " outputs of a codebook, or is divided by them";
  int64_t drain = clusteredDrain(getPe(), codes, multipliers);
  if (getK() / simd < drain)
    return emitOpError() << "expected K/simd = " << getK() / simd
                         << " of at least the drain ceil(pe * codes / multipliers) = " << drain;
  return success();
}

static int64_t dim(Value tensor, int64_t fromBack) {
  auto type = cast<RankedTensorType>(tensor.getType());
  return type.getRank() < fromBack ? 0 : type.getDimSize(type.getRank() - fromBack);
}

int64_t SparseMvuOp::getFanIn() { return dim(getWeight(), 1); }
int64_t SparseMvuOp::getMemories() { return dim(getStarts(), 1); }
int64_t SparseMvuOp::getInterleaver() {
  auto type = cast<RankedTensorType>(getStarts().getType());
  return type.getRank() == 3 ? 1 : type.getDimSize(0) == 1 ? 3 : 2;
}

LogicalResult SparseMvuOp::verify() {
  StreamType in = getInput().getType(), out = getResult().getType();
  int64_t fanIn = getFanIn(), z = getMemories(), edges = getEdges();
  if (failed(expectFrame(*this, out, in.getHeight(), in.getWidth(), getN())) ||
      failed(expectShape(*this, "a weight", getWeight(), {getN(), fanIn})) ||
      failed(expectShape(*this, "a bias", getBias(), {getN()})))
    return failure();
  if (fanIn < 1 || getK() % fanIn != 0 || getN() * fanIn % getK() != 0)
    return emitOpError() << "expected a fan-in that divides K = " << getK() << " and makes " << getN()
                         << " outputs whole sweeps, got " << fanIn << " (A11c)";
  if (z < 1 || getK() % z != 0 || edges < 1 || z % edges != 0 || (edges % fanIn != 0 && fanIn % edges != 0))
    return emitOpError() << "expected edges that divide the " << z << " memories, and these K = " << getK()
                         << "; edges divide the fan-in " << fanIn << " or are a multiple of it, got " << edges;
  int64_t type = getInterleaver(), sweeps = getSweeps();
  SmallVector<int64_t> starts = {type == 3 ? 1 : sweeps, z};
  if (type == 1)
    starts = {sweeps, getK() / z, z};
  if (failed(expectShape(*this, "start rows", getStarts(), starts)))
    return failure();
  if (getLanes() && dim(getLanes(), 2) != 1 && failed(expectShape(*this, "a dither", getLanes(), {sweeps, z})))
    return failure();
  if (getLanes() && (dim(getLanes(), 1) != z || edges != z))
    return emitOpError() << "a dither permutes all " << z << " memories, so edges are as many, got " << edges;
  if (getPe() != std::max<int64_t>(1, edges / fanIn))
    return emitOpError() << "expected a result of " << std::max<int64_t>(1, edges / fanIn) << " lanes, got " << getPe();
  return success();
}

int64_t SelectMvuOp::getGroup() { return getK() / std::max<int64_t>(1, dim(getIndices(), 2)); }
int64_t SelectMvuOp::getKept() { return dim(getIndices(), 1); }
int64_t SelectMvuOp::getShare() { return getN() / std::max<int64_t>(1, dim(getIndices(), 3)); }

LogicalResult SelectMvuOp::verify() {
  StreamType in = getInput().getType(), out = getResult().getType();
  int64_t groups = dim(getIndices(), 2), sets = dim(getIndices(), 3), kept = dim(getIndices(), 1), simd = getSimd();
  if (cast<RankedTensorType>(getIndices().getType()).getRank() != 3 || groups < 1 || sets < 1 || kept < 1 || getK() % groups != 0 ||
      getN() % sets != 0 || kept > getGroup())
    return emitOpError() << "expected indices [outputs, groups, kept] whose outputs divide N = " << getN() << " and whose groups divide K = " << getK()
                         << ", got " << getIndices().getType() << " (A11n)";
  if (failed(expectFrame(*this, out, in.getHeight(), in.getWidth(), getN())) || failed(expectShape(*this, "indices", getIndices(), {sets, groups, kept})) ||
      failed(expectShape(*this, "a weight", getWeight(), {getN(), getEdges()})) || failed(expectShape(*this, "a bias", getBias(), {getN()})))
    return failure();
  if (simd < 1 || getK() % simd != 0 || simd % getGroup() != 0)
    return emitOpError() << "expected simd that divides K = " << getK() << " into whole groups of " << getGroup() << ", got " << simd;
  if (getPe() % getShare() != 0)
    return emitOpError() << "expected pe that is a multiple of the " << getShare() << " outputs that share indices, got " << getPe();
  WeightSource source = WeightSource::of(getWeight());
  if (!source.allowsPe(getPe()) || !source.allowsSimd(getMultipliers()))
    return emitOpError() << "expected pe and multipliers that go with the blocks and references of the weight, got " << getPe() << " and " << getMultipliers();
  return success();
}

int64_t GatherMvuOp::getEdges() { return dim(getGaps(), 1); }
int64_t GatherMvuOp::getShare() { return getN() / std::max<int64_t>(1, dim(getGaps(), 2)); }
int64_t GatherMvuOp::getLength(int64_t n) { return getLengths() ? (*getLengths())[n] : getEdges(); }

std::vector<int64_t> GatherMvuOp::getListSteps() {
  int64_t simd = getSimd(), outputs = getShare() * getSets();
  std::vector<int64_t> steps;
  for (int64_t n = 0; n < getN(); n += outputs) {
    steps.push_back(1);
    for (int64_t i = n; i < n + outputs; ++i)
      steps.back() = std::max<int64_t>(steps.back(), llvm::divideCeil(getLength(i), simd));
  }
  return steps;
}

std::vector<int64_t> GatherMvuOp::getOutputSteps() {
  std::vector<int64_t> lists = getListSteps(), steps;
  int64_t each = getN() / getPe() / static_cast<int64_t>(lists.size());
  for (int64_t nf = 0; nf < getN() / getPe(); ++nf)
    steps.push_back(isIdle(nf) ? 1 : lists[nf / each]);
  return steps;
}

bool GatherMvuOp::isIdle(int64_t nf) {
  for (int64_t n = nf * getPe(); n < (nf + 1) * getPe(); ++n)
    if (getLength(n) != 0)
      return false;
  return true;
}

int64_t GatherMvuOp::getLoadLanes() {
  std::vector<int64_t> each = getOutputSteps();
  int64_t lanes = 1, steps = std::accumulate(each.begin(), each.end(), int64_t(0));
  while (getK() % (2 * lanes) == 0 && getK() / lanes > steps)
    lanes *= 2;
  return lanes;
}

FailureOr<std::vector<int64_t>> GatherMvuOp::readInputs(ArrayRef<int64_t> gaps) {
  int64_t edges = getEdges(), share = getShare(), escape = llvm::maxUIntN(cast<RankedTensorType>(getGaps().getType()).getElementTypeBitWidth());
  std::vector<int64_t> inputs(gaps.size(), -1);
  for (int64_t list = 0; list < getN() / share; ++list) {
    int64_t length = 0, next = 0;
    for (int64_t n = list * share; n < (list + 1) * share; ++n)
      length = std::max(length, getLength(n));
    for (int64_t i = list * edges; i < list * edges + length; ++i) {
      next += gaps[i];
      if (gaps[i] == escape)
        continue;
      if (next >= getK())
        return emitOpError() << "expected gaps that leave out inputs below K = " << getK() << ", got input " << next << " (A11b)";
      inputs[i] = next++;
    }
  }
  return inputs;
}

/// `lengths` are those of lists that outputs share, or 0.
static LogicalResult verifyLengths(GatherMvuOp op) {
  auto lengths = op.getLengths();
  if (!lengths)
    return success();
  if (static_cast<int64_t>(lengths->size()) != op.getN())
    return op.emitOpError() << "expected a length for each of the " << op.getN() << " outputs, got " << lengths->size();
  for (int64_t n = 0, ofList = 0; n < op.getN(); ++n) {
    int64_t length = (*lengths)[n];
    ofList = n % op.getShare() == 0 || ofList == 0 ? length : ofList;
    if (length < 0 || length > op.getEdges() || (length != 0 && length != ofList))
      return op.emitOpError() << "expected lengths of at most " << op.getEdges() << " edges that are equal, or 0, for the " << op.getShare()
                              << " outputs of a list, got " << length << " for output " << n;
  }
  return success();
}

LogicalResult GatherMvuOp::verify() {
  StreamType in = getInput().getType(), out = getResult().getType();
  int64_t sets = dim(getGaps(), 2), edges = getEdges(), simd = getSimd();
  auto gap = dyn_cast<IntegerType>(cast<RankedTensorType>(getGaps().getType()).getElementType());
  if (sets < 1 || getN() % sets != 0 || edges < 1 || !gap || !weft::nn::isUnsignedInteger(gap))
    return emitOpError() << "expected unsigned gaps [outputs, edges] whose outputs divide N = " << getN() << ", got " << getGaps().getType() << " (A11b)";
  if (failed(expectFrame(*this, out, in.getHeight(), in.getWidth(), getN())) || failed(expectShape(*this, "gaps", getGaps(), {sets, edges})) ||
      failed(expectShape(*this, "a weight", getWeight(), {getN(), edges})) || failed(expectShape(*this, "a bias", getBias(), {getN()})))
    return failure();
  if (simd < 1 || edges % simd != 0)
    return emitOpError() << "expected simd that divides the " << edges << " edges of an output, got " << simd;
  if (failed(verifyLengths(*this)))
    return failure();
  if (!isLegalFolding(getPe(), simd))
    return emitOpError() << "expected pe that divides the " << getShare() << " outputs which read the same inputs or is a multiple of them, with at most 9,999 memories, got " << getPe();
  WeightSource source = WeightSource::of(getWeight());
  if (source.decoder == WeightSource::Decoder::consecutive || source.runs != 1 || source.block != 1)
    return emitOpError("expected a weight whose elements may change places: no blocks, no consecutive differences, one reference a row");
  return success();
}

LogicalResult DepthwiseOp::verify() {
  StreamType in = getInput().getType(), out = getResult().getType();
  if (failed(expectWindowLanes(*this, in, out)))
    return failure();
  if (failed(expectFrame(*this, out, in.getHeight(), in.getWidth(), out.getChannels())))
    return failure();
  if (in.getChannels() % out.getChannels() != 0)
    return emitOpError() << "expected input channels that are taps times the " << out.getChannels()
                         << " channels of the result, got " << in.getChannels();
  if (failed(expectShape(*this, "a weight", getWeight(),
                         {out.getChannels(), in.getChannels() / out.getChannels()})))
    return failure();
  return expectShape(*this, "a bias", getBias(), {out.getChannels()});
}
