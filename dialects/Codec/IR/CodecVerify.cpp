//===- CodecVerify.cpp - what every codec operation checks of itself -----------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "dialects/Codec/IR/CodecOps.h"
#include "dialects/Nn/IR/Integers.h"

using namespace mlir;
using namespace weft;
using namespace weft::codec;

static bool isMask(RankedTensorType type) {
  auto element = dyn_cast<IntegerType>(type.getElementType());
  return element && element.getWidth() == 1;
}

//===--- clustering -------------------------------------------------------------------===//

LogicalResult LookupOp::verify() {
  auto codes = cast<RankedTensorType>(getCodes().getType());
  auto codebook = cast<RankedTensorType>(getCodebook().getType());
  auto result = cast<RankedTensorType>(getResult().getType());
  auto codeType = dyn_cast<IntegerType>(codes.getElementType());
  if (!codeType || !nn::isUnsignedInteger(codeType) || codeType.getWidth() > 8)
    return emitOpError("codes have element type ") << codes.getElementType() << ", expected ui1 to ui8, or i1 (A9)";
  if (codebook.getRank() != 2 || codebook.getDimSize(1) > (int64_t(1) << codeType.getWidth()))
    return emitOpError("codebook has type ") << codebook << ", expected [G, K] with K at most "
           << (int64_t(1) << codeType.getWidth()) << " (A9)";
  if (codes.getRank() < 1 || codebook.getDimSize(0) < 1 || codes.getDimSize(0) % codebook.getDimSize(0) != 0)
    return emitOpError("has ") << codebook.getDimSize(0) << " groups, which do not divide the "
           << (codes.getRank() ? codes.getDimSize(0) : 0) << " rows of the codes (A9)";
  if (result.getShape() != codes.getShape() || result.getElementType() != codebook.getElementType())
    return emitOpError("result has type ") << result << ", expected the shape of the codes and the codebook's element type";
  return success();
}

//===--- deltas -------------------------------------------------------------------------===//

/// `channels` divides the elements of a row of `type`; 0 is none.
static LogicalResult verifyChannels(Operation *op, int64_t channels, RankedTensorType type, StringRef rule) {
  int64_t each = type.getNumElements() / std::max<int64_t>(1, type.getDimSize(0));
  if (channels == 0 || (channels > 0 && each % channels == 0))
    return success();
  return op->emitOpError() << "channels = " << channels << " do not divide the " << each << " elements of a row (" << rule << ")";
}

LogicalResult DeltaOp::verify() {
  auto references = cast<RankedTensorType>(getReferences().getType()), deltas = cast<RankedTensorType>(getDeltas().getType());
  auto result = cast<RankedTensorType>(getResult().getType());
  auto delta = dyn_cast<IntegerType>(deltas.getElementType());
  if (!delta || nn::isUnsignedInteger(delta) || delta.getWidth() > 16)
    return emitOpError("deltas have element type ") << deltas.getElementType() << ", expected i2 to i16 (A10)";
  if (references.getRank() != 1 || !isa<IntegerType>(references.getElementType()))
    return emitOpError("references have type ") << references << ", expected integers [G] (A10)";
  if (deltas.getRank() < 1 || references.getDimSize(0) < 1 || deltas.getNumElements() % references.getDimSize(0) != 0)
    return emitOpError() << "has " << references.getDimSize(0) << " references, which do not divide the " << deltas.getNumElements() << " deltas (A10)";
  if (result.getShape() != deltas.getShape() || !isa<IntegerType>(result.getElementType()))
    return emitOpError("result has type ") << result << ", expected integers in the shape of the deltas (A10)";
  if (getShift() < 0 || getShift() > 16)
    return emitOpError() << "shift is " << getShift() << ", expected 0 to 16 (A10)";
  return verifyChannels(*this, getChannels(), deltas, "A10");
}

//===--- sparsity: values and masks -----------------------------------------------------===//

/// The mask is `ui1` [R, K…], its columns are channels times something; the channels.
static LogicalResult verifyMask(Operation *op, RankedTensorType mask, int64_t channels, StringRef rule) {
  if (!isMask(mask) || mask.getRank() < 2 || mask.getNumElements() == 0)
    return op->emitOpError("result has type ") << mask << ", expected ui1 [R, K...] (" << rule << ")";
  int64_t columns = mask.getNumElements() / mask.getDimSize(0);
  if (channels < 0 || (channels > 0 && columns % channels != 0))
    return op->emitOpError("channels are ") << channels << ", expected a divisor of the " << columns << " columns (" << rule << ")";
  return success();
}

static bool isIndex(RankedTensorType type) { return isa<IntegerType>(type.getElementType()) && nn::isUnsignedInteger(cast<IntegerType>(type.getElementType())); }

LogicalResult InterleaveOp::verify() {
  auto starts = cast<RankedTensorType>(getStarts().getType()), mask = cast<RankedTensorType>(getResult().getType());
  if (failed(verifyMask(*this, mask, getChannels(), "A11c")))
    return failure();
  int64_t rows = mask.getDimSize(0), columns = mask.getNumElements() / rows, type = getType(), fanOut = getFanOut();
  if (type < 1 || type > 3 || fanOut < 1 || fanOut > rows || columns * fanOut % rows != 0 || columns % (columns * fanOut / rows) != 0)
    return emitOpError("has type ") << type << " and fan-out " << fanOut << ", expected type 1 to 3 and a fan-out with which the fan-in, "
           << columns << " * fan-out / " << rows << ", divides " << columns << " (A11c)";
  int64_t z = starts.getRank() == 0 ? 0 : starts.getDimSize(starts.getRank() - 1);
  SmallVector<int64_t> shape{type == 2 ? fanOut : 1, z};
  if (type == 1)
    shape = {fanOut, z ? columns / z : 0, z};
  if (z < 1 || columns % z != 0 || starts.getShape() != ArrayRef<int64_t>(shape) || !isIndex(starts))
    return emitOpError("start rows have type ") << starts << ", expected unsigned " << (type == 1 ? "[fan-out, K/z, z]" : type == 2 ? "[fan-out, z]" : "[1, z]")
           << " with z dividing K = " << columns << " (A11c)";
  if (!getDither())
    return success();
  auto dither = cast<RankedTensorType>(getDither().getType());
  if (dither.getRank() != 2 || dither.getDimSize(1) != z || (dither.getDimSize(0) != 1 && dither.getDimSize(0) != fanOut) || !isIndex(dither))
    return emitOpError("dither has type ") << dither << ", expected unsigned [" << fanOut << " or 1, " << z << "] (A11c)";
  return success();
}

LogicalResult RandomMaskOp::verify() {
  auto mask = cast<RankedTensorType>(getResult().getType());
  if (failed(verifyMask(*this, mask, 0, "A11r")))
    return failure();
  auto seed = cast<RankedTensorType>(getSeed().getType());
  if (seed.getNumElements() != 1 || !isIndex(seed))
    return emitOpError("seed has type ") << seed << ", expected one unsigned integer (A11r)";
  if (getEdges().has_value() == getFanIn().has_value())
    return emitOpError("expected either edges or fan_in (A11r)");
  int64_t rows = mask.getDimSize(0), columns = mask.getNumElements() / rows;
  if (getEdges() && (static_cast<int64_t>(*getEdges()) < 0 || static_cast<int64_t>(*getEdges()) > mask.getNumElements()))
    return emitOpError("has ") << *getEdges() << " edges, expected 0 to " << mask.getNumElements() << " (A11r)";
  if (int64_t fanIn = getFanIn().value_or(1); getFanIn() && (fanIn < 1 || columns % fanIn != 0 || rows % (columns / fanIn) != 0))
    return emitOpError("has fan-in ") << fanIn << ", expected a divisor of the " << columns << " columns whose quotient divides the " << rows
           << " rows (A11r)";
  return success();
}

LogicalResult NmMaskOp::verify() {
  auto indices = cast<RankedTensorType>(getIndices().getType()), mask = cast<RankedTensorType>(getResult().getType());
  if (failed(verifyMask(*this, mask, getChannels(), "A11n")))
    return failure();
  int64_t rows = mask.getDimSize(0), columns = mask.getNumElements() / rows;
  if (indices.getRank() != 3 || !isIndex(indices) || indices.getDimSize(0) != rows || indices.getDimSize(1) < 1 || columns % indices.getDimSize(1) != 0 ||
      indices.getDimSize(2) < 1 || indices.getDimSize(2) > columns / indices.getDimSize(1))
    return emitOpError("indices have type ") << indices << ", expected unsigned [" << rows << ", groups, N] with groups dividing the " << columns
           << " columns (A11n)";
  return success();
}

LogicalResult BlockMaskOp::verify() {
  auto rows = cast<RankedTensorType>(getRows().getType()), columns = cast<RankedTensorType>(getColumns().getType());
  auto mask = cast<RankedTensorType>(getResult().getType());
  if (failed(verifyMask(*this, mask, getChannels(), "A11b")))
    return failure();
  int64_t height = mask.getDimSize(0), width = mask.getNumElements() / height;
  if (!isMask(rows) || !isMask(columns) || rows.getRank() != 3 || columns.getRank() != 3 || rows.getShape().take_front(2) != columns.getShape().take_front(2) ||
      rows.getDimSize(0) * rows.getDimSize(2) != height || columns.getDimSize(1) * columns.getDimSize(2) != width)
    return emitOpError("rows and columns have types ") << rows << " and " << columns << ", expected ui1 [R/h, K/w, h] and [R/h, K/w, w] of " << height
           << " by " << width << " (A11b)";
  return success();
}

LogicalResult ScatterOp::verify() {
  auto values = cast<RankedTensorType>(getValues().getType()), mask = cast<RankedTensorType>(getMask().getType());
  auto result = cast<RankedTensorType>(getResult().getType());
  if (values.getRank() != 1 || result.getElementType() != values.getElementType())
    return emitOpError("values have type ") << values << ", expected [E] of " << result.getElementType() << " (A11)";
  if (!isMask(mask) || mask.getShape() != result.getShape() || result.getRank() < 1)
    return emitOpError("mask has type ") << mask << ", expected ui1 of the weight's shape (A11)";
  return success();
}

//===--- factorizations -------------------------------------------------------------------===//

static bool isF32(Value v) { return cast<RankedTensorType>(v.getType()).getElementType().isF32(); }

LogicalResult TensorTrainOp::verify() {
  int64_t rows = 1, columns = 1, bond = 1;
  for (Value core : getCores()) {
    auto type = cast<RankedTensorType>(core.getType());
    if (type.getRank() != 4 || !isF32(core) || type.getDimSize(0) != bond)
      return emitOpError("has a core of type ") << type << ", expected [" << bond << ", m, n, r] of f32 (A12)";
    rows *= type.getDimSize(1), columns *= type.getDimSize(2), bond = type.getDimSize(3);
  }
  if (getCores().empty() || bond != 1)
    return emitOpError("has a last bond of ") << bond << ", expected 1 (A12)";
  auto result = cast<RankedTensorType>(getResult().getType());
  if (!isF32(getResult()) || result.getShape() != ArrayRef<int64_t>{rows, columns})
    return emitOpError("result has type ") << result << ", expected [" << rows << ", " << columns << "] of f32 (A12)";
  return success();
}

LogicalResult TuckerOp::verify() {
  auto output = cast<RankedTensorType>(getOutput().getType()), core = cast<RankedTensorType>(getCore().getType()),
       input = cast<RankedTensorType>(getInput().getType()), result = cast<RankedTensorType>(getResult().getType());
  if (output.getRank() != 2 || core.getRank() < 2 || input.getRank() != 2 || output.getDimSize(1) != core.getDimSize(0) ||
      core.getDimSize(1) != input.getDimSize(0) || !isF32(getOutput()) || !isF32(getCore()) || !isF32(getInput()))
    return emitOpError("has factors ") << output << ", " << core << " and " << input << ", expected [O, r1], [r1, r2, k...] and [r2, C] of f32 (A12c)";
  SmallVector<int64_t> shape(core.getShape());
  shape[0] = output.getDimSize(0), shape[1] = input.getDimSize(1);
  if (!isF32(getResult()) || result.getShape() != ArrayRef(shape))
    return emitOpError("result has type ") << result << ", expected " << RankedTensorType::get(shape, output.getElementType()) << " (A12c)";
  return success();
}

LogicalResult MatmulOp::verify() {
  auto coefficients = cast<RankedTensorType>(getCoefficients().getType()), basis = cast<RankedTensorType>(getBasis().getType()),
       result = cast<RankedTensorType>(getResult().getType());
  if (basis.getRank() != 3 || basis.getDimSize(1) != basis.getDimSize(2) || basis.getNumElements() == 0)
    return emitOpError("basis has type ") << basis << ", expected [G, s, s] (A14)";
  int64_t groups = basis.getDimSize(0), size = basis.getDimSize(1), channels = static_cast<int64_t>(getChannels());
  if (coefficients.getRank() < 2 || coefficients.getDimSize(0) % groups != 0)
    return emitOpError("has ") << groups << " bases, which do not divide the rows of " << coefficients << " (A14)";
  int64_t columns = 1;
  for (int64_t d : coefficients.getShape().drop_front())
    columns *= d;
  if (columns % size != 0)
    return emitOpError("basis has size ") << size << ", which does not divide the " << columns << " columns of a row (A14)";
  if (channels < 0 || (channels > 0 && columns % channels != 0))
    return emitOpError("has ") << channels << " channels, which do not divide the " << columns << " columns of a row (A14)";
  bool integers = isa<IntegerType>(coefficients.getElementType()) && isa<IntegerType>(basis.getElementType());
  bool fits = integers ? isa<IntegerType>(result.getElementType()) : result.getElementType().isF32();
  if (result.getShape() != coefficients.getShape() || !fits)
    return emitOpError("result has type ") << result << ", expected the shape of the coefficients and " << (integers ? "integers" : "f32") << " (A14)";
  return success();
}

//===--- powers of two, bit planes --------------------------------------------------------===//

/// `stored` is `[count, the result's shape]`.
static bool isStackOf(RankedTensorType stored, RankedTensorType result) {
  return result.getRank() >= 1 && stored.getRank() == result.getRank() + 1 && stored.getDimSize(0) >= 1 &&
         stored.getShape().drop_front() == result.getShape();
}

static bool isSignedInteger(Type element) {
  auto type = dyn_cast<IntegerType>(element);
  return type && !nn::isUnsignedInteger(type);
}

LogicalResult PowersOp::verify() {
  auto codes = cast<RankedTensorType>(getCodes().getType()), result = cast<RankedTensorType>(getResult().getType());
  auto code = dyn_cast<IntegerType>(codes.getElementType());
  if (!code || !nn::isUnsignedInteger(code) || code.getWidth() < 2 || code.getWidth() > 5)
    return emitOpError("codes have element type ") << codes.getElementType() << ", expected ui2 to ui5 (A15)";
  if (!isStackOf(codes, result))
    return emitOpError("codes have type ") << codes << ", expected [T, the weight's shape " << result << "] with T at least 1 (A15)";
  if (!isSignedInteger(result.getElementType()))
    return emitOpError("result has element type ") << result.getElementType() << ", expected a signed integer (A15)";
  int64_t shift = getShift();
  if (shift < 0 || shift >= result.getElementTypeBitWidth())
    return emitOpError("shift is ") << shift << ", expected 0 to " << result.getElementTypeBitWidth() - 1 << " (A15)";
  return success();
}

LogicalResult BitplanesOp::verify() {
  auto planes = cast<RankedTensorType>(getPlanes().getType()), result = cast<RankedTensorType>(getResult().getType());
  if (!isMask(planes) || !isStackOf(planes, result))
    return emitOpError("planes have type ") << planes << ", expected ui1 of [n, the weight's shape " << result << "] (A16)";
  int64_t shift = getShift(), needed = planes.getDimSize(0) + shift;
  if (shift < 0 || !isSignedInteger(result.getElementType()) || result.getElementTypeBitWidth() < needed)
    return emitOpError("result has element type ") << result.getElementType() << " and shift is " << shift
           << ", expected a shift of at least 0 and a signed integer of at least planes + shift = " << needed << " bits (A16)";
  return success();
}

//===--- block-circulant ----------------------------------------------------------------===//

LogicalResult CirculantOp::verify() {
  auto vectors = cast<RankedTensorType>(getVectors().getType()), result = cast<RankedTensorType>(getResult().getType());
  if (vectors.getRank() < 3 || vectors.getDimSize(2) < 1)
    return emitOpError("vectors have type ") << vectors << ", expected [R/b, C/b, b, ...] (A13)";
  llvm::SmallVector<int64_t> shape = {vectors.getDimSize(0) * vectors.getDimSize(2), vectors.getDimSize(1) * vectors.getDimSize(2)};
  llvm::append_range(shape, vectors.getShape().drop_front(3));
  if (result.getShape() != ArrayRef<int64_t>(shape) || result.getElementType() != vectors.getElementType()) {
    InFlightDiagnostic error = emitOpError("result has type ") << result << ", expected [";
    llvm::interleaveComma(shape, error);
    return error << "] of " << vectors.getElementType() << " (A13)";
  }
  if (getChannels() != 0 && vectors.getRank() != 3)
    return emitOpError("channels are of a linear layer; a convolution's channels are its second dimension (A13)");
  return verifyChannels(*this, getChannels(), result, "A13");
}

//===--- entropy codes ------------------------------------------------------------------===//

LogicalResult HuffmanOp::verify() {
  auto bytes = cast<RankedTensorType>(getBytes().getType()), lengths = cast<RankedTensorType>(getLengths().getType());
  auto element = dyn_cast<IntegerType>(cast<RankedTensorType>(getResult().getType()).getElementType());
  auto isList = [](RankedTensorType type, unsigned bits) {
    auto integer = dyn_cast<IntegerType>(type.getElementType());
    return type.getRank() == 1 && integer && integer.isUnsigned() && integer.getWidth() == bits;
  };
  if (!isList(bytes, 8) || !isList(lengths, 4))
    return emitOpError("bytes and lengths have types ") << bytes << " and " << lengths << ", expected lists of ui8 and ui4 (A17)";
  if (!element)
    return emitOpError("result has type ") << getResult().getType() << ", expected integers (A17)";
  int64_t bits = getBits(), group = getGroup();
  if (bits < 0 || bits > bytes.getNumElements() * 8 || bits <= bytes.getNumElements() * 8 - 8)
    return emitOpError("uses ") << bits << " bits of " << bytes.getNumElements() << " bytes, expected all but the end of the last (A17)";
  if (group < 1 || (group > 1 && (group * element.getWidth() > 8 || getFirst() != 0)))
    return emitOpError("has groups of ") << group << " elements of " << element << " from " << getFirst()
           << ", expected 1, or as many as fit into 8 bits, from 0 (A17)";
  return success();
}
