//===- Planes.cpp - images as stacks of planes -------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "backends/Cpu/Kernels/Planes.h"
#include "backends/Cpu/Constants.h"
#include "llvm/Support/xxhash.h"

using namespace mlir;
using namespace weft;
using namespace weft::cpu;

int64_t Planes::planeSize() const { return ShapedType::getNumElements(dims); }

SmallVector<int64_t> Planes::pitches() const {
  SmallVector<int64_t> result(dims.size(), 1);
  for (int d = static_cast<int>(dims.size()) - 2; d >= 0; --d)
    result[d] = result[d + 1] * dims[d + 1];
  return result;
}

Window Window::of(nn::ConvOp op) {
  auto copy = [](ArrayRef<int64_t> a) { return SmallVector<int64_t>(a.begin(), a.end()); };
  ArrayRef<int64_t> kernel = cast<RankedTensorType>(op.getWeight().getType()).getShape().drop_front(2);
  return {copy(kernel), copy(op.getStrides()), copy(op.getPadsBegin()), copy(op.getPadsEnd()), copy(op.getDilations())};
}

bool Window::isStrided() const { return llvm::any_of(strides, [](int64_t s) { return s != 1; }); }
Window Window::of(nn::PoolOp op) {
  auto copy = [](ArrayRef<int64_t> a) { return SmallVector<int64_t>(a.begin(), a.end()); };
  return {copy(op.getKernel()), copy(op.getStrides()), copy(op.getPadsBegin()), copy(op.getPadsEnd()), copy(op.getDilations())};
}

bool Window::isPadded() const {
  return llvm::any_of(begin, [](int64_t p) { return p != 0; }) || llvm::any_of(end, [](int64_t p) { return p != 0; });
}
int64_t Window::taps() const { return ShapedType::getNumElements(kernel); }

SmallVector<int64_t> Window::padded(ArrayRef<int64_t> dims) const {
  SmallVector<int64_t> result;
  for (size_t d = 0; d < dims.size(); ++d)
    result.push_back(dims[d] + begin[d] + end[d]);
  return result;
}

SmallVector<int64_t> Window::tapOffsets(ArrayRef<int64_t> paddedDims) const {
  SmallVector<int64_t> offsets{0};
  int64_t pitch = 1;
  SmallVector<int64_t> pitches(paddedDims.size());
  for (int d = static_cast<int>(paddedDims.size()) - 1; d >= 0; --d) {
    pitches[d] = pitch;
    pitch *= paddedDims[d];
  }
  for (size_t d = 0; d < kernel.size(); ++d) {
    SmallVector<int64_t> next;
    for (int64_t o : offsets)
      for (int64_t i = 0; i < kernel[d]; ++i)
        next.push_back(o + i * dilations[d] * pitches[d]);
    offsets = std::move(next);
  }
  return offsets;
}

Planes cpu::allocatePadded(Kernel &k, Type element, int64_t count, ArrayRef<int64_t> dims, const Window &window, Value fill, bool own) {
  Emitter &e = k.e;
  Planes planes{Value(), element, count, window.padded(dims), true};
  int64_t size = count * planes.planeSize(), bytes = size * (element.getIntOrFloatBitWidth() / 8);
  planes.base = own ? k.ownScratch(bytes) : k.scratch(bytes);
  if (window.isPadded())
    shareRow(e, size, e.target.lanes, [&](Value i, int lanes) { e.rawStore(e.splat(fill, lanes), e.at(planes.base, i, element)); });
  return planes;
}

/// Calls row(fromOffset, toOffset) for each row of each plane; `to` is larger by the window's padding.
static void forRows(Kernel &k, const Planes &from, const Planes &to, const Window &window, int64_t planes, int64_t fromPlanes,
                    function_ref<void(Value, Value, Value)> row) {
  Emitter &e = k.e;
  auto fromPitch = from.pitches(), toPitch = to.pitches();
  SmallVector<int64_t> extents{planes};
  extents.append(from.dims.begin(), from.dims.end() - 1);
  e.shareNest(extents, [&](ArrayRef<Value> i) {
    Value source = e.times(i[0], fromPlanes * from.planeSize()), target = e.times(i[0], to.planeSize());
    for (size_t d = 0; d + 1 < from.dims.size(); ++d) {
      source = e.add(source, e.times(i[d + 1], fromPitch[d]));
      target = e.add(target, e.times(e.plus(i[d + 1], window.begin[d]), toPitch[d]));
    }
    row(i[0], source, e.plus(target, window.begin.back()));
  });
}

void cpu::writeInterior(Kernel &k, const Planes &from, const Planes &to, const Window &window) {
  Emitter &e = k.e;
  forRows(k, from, to, window, from.count, 1, [&](Value, Value source, Value target) {
    coverRow(e, from.dims.back(), e.target.lanes, [&](Value x, int lanes) {
      e.rawStore(e.rawLoad(e.at(from.base, e.add(source, x), from.element), from.element, lanes), e.at(to.base, e.add(target, x), to.element));
    });
  });
}

void cpu::packInterior(Kernel &k, const Planes &from, const Planes &to, const Window &window, bool flipSign) {
  Emitter &e = k.e;
  Type i8 = e.b.getI8Type(), i32 = e.b.getI32Type();
  auto packRows = [&](const Planes &part, const Planes &target, int64_t groups, int channels) {
    forRows(k, part, target, window, groups, 4, [&](Value, Value source, Value at) {
      coverRow(e, part.dims.back(), e.target.lanes, [&](Value x, int lanes) {
        Value word;
        for (int c = 0; c < channels; ++c) {
          Value byte = e.rawLoad(e.at(part.base, e.plus(e.add(source, x), c * part.planeSize()), i8), i8, lanes);
          Value wide = arith::ExtUIOp::create(e.b, e.loc, e.vec(i32, lanes), byte);
          if (c > 0)
            wide = arith::ShLIOp::create(e.b, e.loc, wide, e.integer(wide.getType(), 8 * c));
          word = word ? Value(arith::OrIOp::create(e.b, e.loc, word, wide)) : wide;
        }
        if (flipSign)
          word = arith::XOrIOp::create(e.b, e.loc, word, e.integer(word.getType(), 0x80808080u));
        e.rawStore(word, e.at(target.base, e.add(at, x), i32));
      });
    });
  };
  int64_t whole = from.count / 4;
  if (whole)
    packRows(from, to, whole, 4);
  if (from.count % 4) {
    Planes rest = from, target = to;
    rest.base = e.at(from.base, whole * 4 * from.planeSize(), i8);
    target.base = e.at(to.base, whole * to.planeSize(), i32);
    packRows(rest, target, 1, from.count % 4);
  }
}

/// All index vectors below `extents`, the last fastest.
static SmallVector<SmallVector<int64_t>> indicesBelow(ArrayRef<int64_t> extents) {
  SmallVector<SmallVector<int64_t>> all{{}};
  for (int64_t extent : extents) {
    SmallVector<SmallVector<int64_t>> longer;
    for (const SmallVector<int64_t> &prefix : all)
      for (int64_t i = 0; i < extent; ++i)
        longer.push_back(prefix), longer.back().push_back(i);
    all = std::move(longer);
  }
  return all;
}

Phases::Phases(const Window &window, ArrayRef<int64_t> dims) : window(window), inDims(dims.begin(), dims.end()) {
  SmallVector<int64_t> padded = window.padded(dims);
  hasBorder = window.isPadded();
  for (size_t d = 0; d < dims.size(); ++d)
    phaseDims.push_back(llvm::divideCeil(padded[d], window.strides[d]));
  for (const SmallVector<int64_t> &tap : indicesBelow(window.kernel)) {
    SmallVector<int64_t> residue;
    for (size_t d = 0; d < tap.size(); ++d)
      residue.push_back(tap[d] * window.dilations[d] % window.strides[d]);
    if (!llvm::is_contained(used, residue))
      used.push_back(residue);
  }
}

SmallVector<int64_t> Phases::tapOffsets() const {
  SmallVector<int64_t> offsets;
  for (const SmallVector<int64_t> &tap : indicesBelow(window.kernel)) {
    SmallVector<int64_t> residue;
    int64_t at = 0;
    for (size_t d = 0; d < tap.size(); ++d) {
      int64_t position = tap[d] * window.dilations[d];
      residue.push_back(position % window.strides[d]);
      at = at * phaseDims[d] + position / window.strides[d];
    }
    offsets.push_back(at + (llvm::find(used, residue) - used.begin()) * ShapedType::getNumElements(phaseDims));
  }
  return offsets;
}

Planes Phases::allocate(Kernel &k, Type element, int64_t count, Value fill, bool own) const {
  Emitter &e = k.e;
  Planes planes{Value(), element, count, phaseDims, true};
  planes.dims[0] *= this->count();
  int64_t size = count * planes.planeSize(), bytes = size * (element.getIntOrFloatBitWidth() / 8);
  planes.base = own ? k.ownScratch(bytes) : k.scratch(bytes);
  if (hasBorder)
    shareRow(e, size, e.target.lanes, [&](Value i, int lanes) { e.rawStore(e.splat(fill, lanes), e.at(planes.base, i, element)); });
  return planes;
}

/// Copies every second of `count` · 2 − 1 elements: two vectors are read, the second one early so that it ends with the last.
static void copyEverySecond(Kernel &k, Value from, Value to, Type element, int64_t count) {
  Emitter &e = k.e;
  coverRow(e, count, e.target.lanes, [&](Value x, int width) {
    Value first = e.rawLoad(e.at(from, e.times(x, 2), element), element, width);
    if (width > 1) {
      Value second = e.rawLoad(e.at(from, e.plus(e.times(x, 2), width - 1), element), element, width);
      SmallVector<int64_t> order;
      for (int i = 0; i < width; ++i)
        order.push_back(2 * i < width ? 2 * i : 2 * i + 1);
      first = vector::ShuffleOp::create(e.b, e.loc, first, second, order);
    }
    e.rawStore(first, e.at(to, x, element));
  });
}

void Phases::split(Kernel &k, const Planes &from, const Planes &to) const {
  Emitter &e = k.e;
  size_t rank = inDims.size();
  SmallVector<int64_t> fromPitch = from.pitches(), toPitch = to.pitches();
  for (size_t phase = 0; phase < used.size(); ++phase) {
    // The phase's positions j · stride + residue − begin that are inside, first and number of each dimension.
    SmallVector<int64_t> first, extents{from.count};
    for (size_t d = 0; d < rank; ++d) {
      int64_t stride = window.strides[d], offset = used[phase][d] - window.begin[d];
      first.push_back(offset >= 0 ? 0 : llvm::divideCeil(-offset, stride));
      int64_t start = first[d] * stride + offset;
      extents.push_back(start < inDims[d] ? llvm::divideCeil(inDims[d] - start, stride) : 0);
    }
    if (llvm::is_contained(extents, 0))
      continue;
    int64_t stride = window.strides.back();
    e.shareNest(ArrayRef(extents).drop_back(), [&](ArrayRef<Value> i) {
      Value source = e.times(i[0], from.planeSize()), target = e.plus(e.times(i[0], to.planeSize()), phase * ShapedType::getNumElements(phaseDims));
      for (size_t d = 0; d < rank; ++d) {
        int64_t start = first[d] * window.strides[d] + used[phase][d] - window.begin[d];
        Value at = d + 1 < rank ? i[d + 1] : e.index(0);
        source = e.add(source, e.times(e.plus(e.times(at, window.strides[d]), start), fromPitch[d]));
        target = e.add(target, e.times(e.plus(at, first[d]), toPitch[d]));
      }
      Value base = e.at(from.base, source, from.element), out = e.at(to.base, target, to.element);
      if (stride == 2)
        return copyEverySecond(k, base, out, from.element, extents.back());
      if (stride == 1)
        return coverRow(e, extents.back(), e.target.lanes, [&](Value x, int lanes) {
          e.rawStore(e.rawLoad(e.at(base, x, from.element), from.element, lanes), e.at(out, x, from.element));
        });
      e.loop(0, extents.back(), 1, [&](Value x) {
        e.rawStore(e.rawLoad(e.at(base, e.times(x, stride), from.element), from.element, 1), e.at(out, x, from.element));
      });
    });
  }
}

void cpu::gatherWindows(Kernel &k, const Planes &from, const Planes &to, const Window &window) {
  Emitter &e = k.e;
  size_t rank = from.dims.size();
  auto pitch = from.pitches();
  SmallVector<int64_t> extents{from.count};
  extents.append(window.kernel.begin(), window.kernel.end());
  extents.append(to.dims.begin(), to.dims.end());
  e.shareNest(extents, [&](ArrayRef<Value> i) {
    Value source = e.times(i[0], from.planeSize()), target = i[0];
    for (size_t d = 0; d < rank; ++d) {
      Value at = e.add(e.times(i[1 + rank + d], window.strides[d]), e.times(i[1 + d], window.dilations[d]));
      source = e.add(source, e.times(at, pitch[d]));
    }
    for (size_t d = 1; d < extents.size(); ++d)
      target = e.add(e.times(target, extents[d]), i[d]);
    e.rawStore(e.rawLoad(e.at(from.base, source, from.element), from.element, 1), e.at(to.base, target, to.element));
  });
}

Value cpu::offsetTable(Kernel &k, ArrayRef<int64_t> offsets) {
  ConstantPool::Bytes bytes = toBytes(std::vector<int64_t>(offsets.begin(), offsets.end()));
  return k.pool.address(k.e.b, k.e.loc, "offsets" + llvm::utohexstr(llvm::xxh3_64bits(StringRef(bytes.data(), bytes.size()))), [&] { return bytes; });
}

Value cpu::loadStrided(Emitter &e, Value base, Value at, int64_t stride, Type storage, int lanes) {
  auto load = [&](Value offset) { return e.rawLoad(e.at(base, offset, storage), storage, lanes); };
  if (stride == 1 || lanes == 1)
    return load(at);
  assert(stride == 2 && "vectors of neighbours or of every other element");
  SmallVector<int64_t> picks;
  for (int i = 0; i < lanes; ++i)
    picks.push_back(2 * i < lanes ? 2 * i : lanes + 2 * i - (lanes - 1));
  return vector::ShuffleOp::create(e.b, e.loc, load(at), load(e.plus(at, lanes - 1)), picks);
}
