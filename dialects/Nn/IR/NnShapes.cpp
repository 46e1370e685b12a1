//===- NnShapes.cpp - shape inference of nn operators --------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "dialects/Nn/IR/NnOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace weft::nn;

using Dims = SmallVectorImpl<int64_t>;
static constexpr int64_t kDynamic = ShapedType::kDynamic;
/// Of one entry of a window: products and sums of a few stay far from overflow.
static constexpr int64_t kGreatestExtent = (int64_t(1) << 31) - 1;

static ArrayRef<int64_t> shapeOf(Value v) { return cast<RankedTensorType>(v.getType()).getShape(); }
static bool differ(int64_t a, int64_t b) { return a != kDynamic && b != kDynamic && a != b; }

static LogicalResult keepShape(Value input, Dims &shape) {
  shape.assign(shapeOf(input).begin(), shapeOf(input).end());
  return success();
}

static LogicalResult broadcastInto(Operation *op, ArrayRef<int64_t> other, Dims &shape) {
  if (other.size() > shape.size())
    shape.insert(shape.begin(), other.size() - shape.size(), 1);
  size_t offset = shape.size() - other.size();
  for (size_t i = 0; i < other.size(); ++i) {
    int64_t &d = shape[offset + i];
    if (d == 1)
      d = other[i];
    else if (other[i] != 1 && differ(d, other[i]))
      return op->emitOpError("cannot broadcast dimensions ") << d << " and " << other[i];
    else if (d == kDynamic && other[i] != 1 && other[i] != kDynamic)
      d = other[i];
  }
  return success();
}

static LogicalResult checkAxis(Operation *op, int64_t axis, int64_t rank) {
  if (axis < 0 || axis >= rank)
    return op->emitOpError("axis ") << axis << " is outside of rank " << rank;
  return success();
}

LogicalResult LinearOp::inferResultShape(Dims &shape) {
  auto x = shapeOf(getInput()), w = shapeOf(getWeight()), b = shapeOf(getBias());
  if (x.empty() || w.size() != 2 || b.size() != 1)
    return emitOpError("expected input [..., K], weight [N, K], bias [N]; found ranks ")
           << x.size() << ", " << w.size() << ", " << b.size();
  if (differ(x.back(), w[1]))
    return emitOpError("input has ") << x.back() << " features, weight expects " << w[1];
  if (differ(b[0], w[0]))
    return emitOpError("bias has ") << b[0] << " entries, weight has " << w[0] << " outputs";
  shape.assign(x.begin(), x.end());
  shape.back() = w[0];
  return success();
}
int64_t LinearOp::getChannelAxis() { return static_cast<int64_t>(shapeOf(getInput()).size()) - 1; }

/// Output extent of a window along one dimension; negative if the window does not fit. Entries are in range.
static int64_t windowExtent(int64_t in, int64_t kernel, int64_t stride, int64_t begin, int64_t end, int64_t dilation) {
  if (in == kDynamic)
    return kDynamic;
  int64_t room = in + begin + end - (dilation * (kernel - 1) + 1);
  return room < 0 ? -1 : room / stride + 1;
}

static LogicalResult windowShape(Operation *op, ArrayRef<int64_t> x, ArrayRef<int64_t> kernel, ArrayRef<int64_t> strides,
                                 ArrayRef<int64_t> begin, ArrayRef<int64_t> end, ArrayRef<int64_t> dilations,
                                 int64_t channels, Dims &shape) {
  size_t spatial = x.size() - 2;
  for (auto list : {kernel, strides, begin, end, dilations})
    if (list.size() != spatial)
      return op->emitOpError("has a window attribute of ") << list.size() << " entries, expected " << spatial;
  // Shapes are inferred before the op's own verifier has seen its attributes.
  auto outside = [](int64_t least) { return [least](int64_t v) { return v < least || v > kGreatestExtent; }; };
  for (auto [name, list, least] : {std::tuple("kernel", kernel, 1), {"strides", strides, 1}, {"pads_begin", begin, 0},
                                   {"pads_end", end, 0}, {"dilations", dilations, 1}})
    if (const int64_t *v = llvm::find_if(list, outside(least)); v != list.end())
      return op->emitOpError() << name << " holds " << *v << ", expected " << least << " to " << kGreatestExtent;
  shape.assign({x[0], channels});
  for (size_t i = 0; i < spatial; ++i) {
    if (x[i + 2] > kGreatestExtent)
      return op->emitOpError("spatial dimension ") << i << " is " << x[i + 2] << ", expected at most " << kGreatestExtent;
    int64_t n = windowExtent(x[i + 2], kernel[i], strides[i], begin[i], end[i], dilations[i]);
    if (n != kDynamic && n < 1)
      return op->emitOpError("window of ") << dilations[i] * (kernel[i] - 1) + 1 << " does not fit into spatial dimension "
             << i << " of " << x[i + 2] << " with padding " << begin[i] << " and " << end[i];
    shape.push_back(n);
  }
  return success();
}

LogicalResult ConvOp::inferResultShape(Dims &shape) {
  auto x = shapeOf(getInput()), w = shapeOf(getWeight()), b = shapeOf(getBias());
  if (x.size() < 3 || w.size() != x.size() || b.size() != 1)
    return emitOpError("expected input [N, C, spatial...], weight [O, C/groups, kernel...], bias [O]; found ranks ")
           << x.size() << ", " << w.size() << ", " << b.size();
  int64_t groups = getGroups();
  if (groups < 1 || groups > kGreatestExtent || w[1] > kGreatestExtent)
    return emitOpError("has ") << groups << " groups of " << w[1] << " channels, expected 1 to " << kGreatestExtent << " of each";
  if (w[1] != kDynamic && differ(x[1], w[1] * groups))
    return emitOpError("input has ") << x[1] << " channels, weight expects " << w[1] << " x " << groups << " groups";
  if (w[0] != kDynamic && w[0] % groups != 0)
    return emitOpError("has ") << w[0] << " output channels, not a multiple of " << groups << " groups";
  if (differ(b[0], w[0]))
    return emitOpError("bias has ") << b[0] << " entries, weight has " << w[0] << " outputs";
  return windowShape(*this, x, w.drop_front(2), getStrides(), getPadsBegin(), getPadsEnd(), getDilations(), w[0], shape);
}
int64_t ConvOp::getChannelAxis() { return 1; }

LogicalResult PoolOp::inferResultShape(Dims &shape) {
  auto x = shapeOf(getInput());
  if (x.size() < 3)
    return emitOpError("expected input [N, C, spatial...], found rank ") << x.size();
  return windowShape(*this, x, getKernel(), getStrides(), getPadsBegin(), getPadsEnd(), getDilations(), x[1], shape);
}

LogicalResult MatmulOp::inferResultShape(Dims &shape) {
  auto a = shapeOf(getLhs()), b = shapeOf(getRhs());
  if (a.size() < 2 || b.size() < 2)
    return emitOpError("expected operands of rank 2 or more, found ") << a.size() << " and " << b.size();
  if (differ(a.back(), b[b.size() - 2]))
    return emitOpError("inner dimensions are ") << a.back() << " and " << b[b.size() - 2];
  shape.assign(a.begin(), a.end() - 2);
  if (failed(broadcastInto(*this, b.drop_back(2), shape)))
    return failure();
  shape.push_back(a[a.size() - 2]);
  shape.push_back(b.back());
  return success();
}

LogicalResult UnaryOp::inferResultShape(Dims &shape) { return keepShape(getInput(), shape); }
LogicalResult ClipOp::inferResultShape(Dims &shape) { return keepShape(getInput(), shape); }
LogicalResult CastOp::inferResultShape(Dims &shape) { return keepShape(getInput(), shape); }
LogicalResult QuantizeOp::inferResultShape(Dims &shape) { return keepShape(getInput(), shape); }
LogicalResult DequantizeOp::inferResultShape(Dims &shape) { return keepShape(getInput(), shape); }
LogicalResult TableOp::inferResultShape(Dims &shape) { return keepShape(getInput(), shape); }

LogicalResult SoftmaxOp::inferResultShape(Dims &shape) {
  if (failed(checkAxis(*this, getAxis(), shapeOf(getInput()).size())))
    return failure();
  return keepShape(getInput(), shape);
}

/// Per-channel parameters have one entry, or one per channel (axis 1).
static LogicalResult channelParameters(Operation *op, Value input, int64_t entries) {
  auto x = shapeOf(input);
  if (entries != 1 && (x.size() < 2 || differ(x[1], entries)))
    return op->emitOpError("has ") << entries << " channel parameters for input shape with "
           << (x.size() < 2 ? 0 : x[1]) << " channels";
  return success();
}
LogicalResult RequantizeOp::inferResultShape(Dims &shape) {
  auto m = shapeOf(getMultiplier()), n = shapeOf(getShift());
  if (m.size() != 1 || n.size() != 1)
    return emitOpError("expected multiplier and shift of rank 1");
  if (failed(channelParameters(*this, getInput(), m[0])) || failed(channelParameters(*this, getInput(), n[0])))
    return failure();
  return keepShape(getInput(), shape);
}
LogicalResult ThresholdOp::inferResultShape(Dims &shape) {
  if (failed(channelParameters(*this, getInput(), shapeOf(getThresholds()).empty() ? 0 : shapeOf(getThresholds())[0])))
    return failure();
  return keepShape(getInput(), shape);
}
LogicalResult QaddOp::inferResultShape(Dims &shape) {
  if (failed(keepShape(getLhs(), shape)))
    return failure();
  auto r = shapeOf(getRhs());
  if (r.size() != shape.size())
    return emitOpError("operands have ranks ") << shape.size() << " and " << r.size();
  for (size_t i = 0; i < r.size(); ++i)
    if (differ(r[i], shape[i]))
      return emitOpError("operands differ in dimension ") << i << ": " << shape[i] << " and " << r[i];
  return success();
}

LogicalResult QmulOp::inferResultShape(Dims &shape) {
  auto r = shapeOf(getRhs());
  if (failed(keepShape(getLhs(), shape)))
    return failure();
  if (r.size() != shape.size())
    return emitOpError("operands have ranks ") << shape.size() << " and " << r.size();
  return broadcastInto(*this, r, shape);
}
LogicalResult BinaryOp::inferResultShape(Dims &shape) {
  (void)keepShape(getLhs(), shape);
  return broadcastInto(*this, shapeOf(getRhs()), shape);
}
LogicalResult SelectOp::inferResultShape(Dims &shape) {
  (void)keepShape(getCondition(), shape);
  if (failed(broadcastInto(*this, shapeOf(getLhs()), shape)))
    return failure();
  return broadcastInto(*this, shapeOf(getRhs()), shape);
}

LogicalResult ReduceOp::inferResultShape(Dims &shape) {
  auto x = shapeOf(getInput());
  for (size_t i = 0; i < x.size(); ++i) {
    bool reduced = llvm::is_contained(getAxes(), static_cast<int64_t>(i));
    if (!reduced)
      shape.push_back(x[i]);
    else if (getKeepdims())
      shape.push_back(1);
  }
  for (int64_t axis : getAxes())
    if (failed(checkAxis(*this, axis, x.size())))
      return failure();
  return success();
}
LogicalResult ArgReduceOp::inferResultShape(Dims &shape) {
  auto x = shapeOf(getInput());
  if (failed(checkAxis(*this, getAxis(), x.size())))
    return failure();
  shape.assign(x.begin(), x.end());
  if (getKeepdims())
    shape[getAxis()] = 1;
  else
    shape.erase(shape.begin() + getAxis());
  return success();
}

/// `product` times `d`; failure where 64 bits do not hold it.
static LogicalResult multiplyInto(int64_t &product, int64_t d) {
  return failure(llvm::MulOverflow(product, d, product));
}

LogicalResult ReshapeOp::inferResultShape(Dims &shape) {
  auto x = shapeOf(getInput());
  int64_t known = 1, wanted = 1, hole = -1;
  bool dynamic = llvm::is_contained(x, kDynamic);
  for (int64_t d : x)
    if (failed(multiplyInto(known, d == kDynamic ? 1 : d)))
      return emitOpError("input has more elements than 64 bits count");
  for (auto [i, given] : llvm::enumerate(getShape())) {
    int64_t d = given;
    if (d == -1 && hole >= 0)
      return emitOpError("shape has more than one -1");
    if (d < -1 && -2 - d >= static_cast<int64_t>(x.size()))
      return emitOpError("shape holds ") << d << ", expected a size, -1, or -2 - i for dimension i of the input";
    if (d < -1) {
      d = x[-2 - d];
      if (d == kDynamic) {
        shape.push_back(kDynamic);
        continue;
      }
    }
    if (d == -1)
      hole = i;
    else if (failed(multiplyInto(wanted, d)))
      return emitOpError("shape asks for more elements than 64 bits count");
    shape.push_back(d == -1 ? kDynamic : d);
  }
  if (dynamic) // the -1 stands for what the dynamic dimensions bring
    return success();
  if (hole < 0 ? wanted != known : (wanted == 0 || known % wanted != 0))
    return emitOpError("cannot reshape ") << known << " elements, shape asks for " << wanted << (hole < 0 ? "" : " times a whole number");
  if (hole >= 0)
    shape[hole] = known / wanted;
  return success();
}
LogicalResult TransposeOp::inferResultShape(Dims &shape) {
  auto x = shapeOf(getInput());
  for (int64_t p : getPerm()) {
    if (p < 0 || p >= static_cast<int64_t>(x.size()))
      return emitOpError("perm holds ") << p << ", expected 0 to " << x.size() - 1;
    shape.push_back(x[p]);
  }
  return success();
}
LogicalResult ConcatOp::inferResultShape(Dims &shape) {
  if (getInputs().empty())
    return emitOpError("expected at least one input");
  (void)keepShape(getInputs().front(), shape);
  if (failed(checkAxis(*this, getAxis(), shape.size())))
    return failure();
  for (Value v : getInputs().drop_front()) {
    auto x = shapeOf(v);
    if (x.size() != shape.size())
      return emitOpError("inputs have ranks ") << shape.size() << " and " << x.size();
    for (size_t i = 0; i < x.size(); ++i) {
      if (i == getAxis())
        shape[i] = shape[i] == kDynamic || x[i] == kDynamic ? kDynamic : shape[i] + x[i];
      else if (differ(shape[i], x[i]))
        return emitOpError("inputs differ in dimension ") << i << ": " << shape[i] << " and " << x[i];
      else if (shape[i] == kDynamic)
        shape[i] = x[i];
    }
  }
  return success();
}
LogicalResult SliceOp::inferResultShape(Dims &shape) {
  auto x = shapeOf(getInput());
  if (getStarts().size() != x.size() || getSizes().size() != x.size() || getSteps().size() != x.size())
    return emitOpError("expected ") << x.size() << " starts, sizes and steps";
  for (size_t i = 0; i < x.size(); ++i) {
    int64_t start = getStarts()[i], size = getSizes()[i], last = start + (size - 1) * getSteps()[i];
    if (size != -1 && x[i] != kDynamic && size > 0 && (start < 0 || start >= x[i] || last < 0 || last >= x[i]))
      return emitOpError("reaches from ") << start << " to " << last << " in dimension " << i << " of " << x[i];
    shape.push_back(size == -1 ? x[i] : size);
  }
  return success();
}
LogicalResult PadOp::inferResultShape(Dims &shape) {
  auto x = shapeOf(getInput());
  if (getLow().size() != x.size() || getHigh().size() != x.size())
    return emitOpError("expected ") << x.size() << " low and high pads";
  for (size_t i = 0; i < x.size(); ++i)
    shape.push_back(x[i] == kDynamic ? kDynamic : x[i] + getLow()[i] + getHigh()[i]);
  return success();
}
LogicalResult GatherOp::inferResultShape(Dims &shape) {
  auto x = shapeOf(getData()), idx = shapeOf(getIndices());
  if (failed(checkAxis(*this, getAxis(), x.size())))
    return failure();
  shape.append(x.begin(), x.begin() + getAxis());
  shape.append(idx.begin(), idx.end());
  shape.append(x.begin() + getAxis() + 1, x.end());
  return success();
}
/// [batch…, places…, slice…] of data [batch…, d_1 … d_k, slice…] read at indices [batch…, places…, k].
static LogicalResult indexedShape(Operation *op, ArrayRef<int64_t> data, ArrayRef<int64_t> indices, int64_t batchDims, Dims &shape) {
  int64_t rank = data.size(), tuple = indices.empty() ? 0 : indices.back();
  if (indices.empty() || tuple == kDynamic)
    return op->emitOpError("expected indices of rank 1 or more whose last dimension is known");
  if (batchDims < 0 || batchDims >= static_cast<int64_t>(indices.size()) || tuple < 0 || tuple > rank - batchDims)
    return op->emitOpError("has ") << batchDims << " batch dimensions and tuples of " << tuple << ", which do not fit data of rank "
           << rank << " and indices of rank " << indices.size();
  shape.assign(indices.begin(), indices.end() - 1);
  for (int64_t d = 0; d < batchDims; ++d) {
    if (differ(data[d], indices[d]))
      return op->emitOpError("batch dimension ") << d << " is " << data[d] << " in the data and " << indices[d] << " in the indices";
    if (shape[d] == kDynamic)
      shape[d] = data[d];
  }
  shape.append(data.begin() + batchDims + tuple, data.end());
  return success();
}
LogicalResult GatherNdOp::inferResultShape(Dims &shape) {
  return indexedShape(*this, shapeOf(getData()), shapeOf(getIndices()), getBatchDims(), shape);
}
LogicalResult ScatterNdOp::inferResultShape(Dims &shape) {
  auto updates = shapeOf(getUpdates());
  if (failed(indexedShape(*this, shapeOf(getData()), shapeOf(getIndices()), getBatchDims(), shape)))
    return failure();
  if (shape.size() != updates.size())
    return emitOpError("updates have rank ") << updates.size() << ", expected " << shape.size();
  for (size_t i = 0; i < updates.size(); ++i)
    if (differ(updates[i], shape[i]))
      return emitOpError("dimension ") << i << " of the updates is " << updates[i] << ", expected " << shape[i];
  return keepShape(getData(), shape);
}
LogicalResult TopKOp::inferResultShape(Dims &shape) {
  if (failed(checkAxis(*this, getAxis(), shapeOf(getInput()).size())) || failed(keepShape(getInput(), shape)))
    return failure();
  int64_t &extent = shape[getAxis()], k = getK();
  if (k < 0 || (extent != kDynamic && k > extent))
    return emitOpError("k is ") << k << ", expected 0 to the " << extent << " elements of axis " << getAxis();
  extent = k;
  return success();
}
LogicalResult ScanOp::inferResultShape(Dims &shape) {
  if (failed(checkAxis(*this, getAxis(), shapeOf(getInput()).size())))
    return failure();
  return keepShape(getInput(), shape);
}
LogicalResult BroadcastOp::inferResultShape(Dims &shape) {
  auto x = shapeOf(getInput());
  for (auto [i, d] : llvm::enumerate(getShape())) {
    int64_t from = static_cast<int64_t>(i) - (getShape().size() - x.size());
    shape.push_back(d != -1 ? d : (from >= 0 ? x[from] : 1));
  }
  SmallVector<int64_t> check(shape.begin(), shape.end());
  return broadcastInto(*this, x, check);
}
