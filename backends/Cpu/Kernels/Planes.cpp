//===- Planes.cpp - images as stacks of planes -------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "backends/Cpu/Kernels/Planes.h"

using namespace mlir;
using namespace weft;
using namespace weft::cpu;

static int64_t product(ArrayRef<int64_t> dims) {
  int64_t p = 1;
  for (int64_t d : dims)
    p *= d;
  return p;
}

int64_t Planes::planeSize() const { return product(dims); }

SmallVector<int64_t> Planes::pitches() const {
  SmallVector<int64_t> result(dims.size(), 1);
  for (int d = static_cast<int>(dims.size()) - 2; d >= 0; --d)
    result[d] = result[d + 1] * dims[d + 1];
  return result;
}

bool Window::isStrided() const { return llvm::any_of(strides, [](int64_t s) { return s != 1; }); }
bool Window::isPadded() const {
  return llvm::any_of(begin, [](int64_t p) { return p != 0; }) || llvm::any_of(end, [](int64_t p) { return p != 0; });
}
int64_t Window::taps() const { return product(kernel); }

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

Planes cpu::allocatePadded(Kernel &k, Type element, int64_t count, ArrayRef<int64_t> dims, const Window &window, Value fill) {
  Emitter &e = k.e;
  Planes planes{Value(), element, count, window.padded(dims), true};
  int64_t size = count * planes.planeSize();
  planes.base = k.scratch(size * (element.getIntOrFloatBitWidth() / 8));
  if (window.isPadded())
    coverRow(e, size, e.target.lanes, [&](Value i, int lanes) { e.rawStore(e.splat(fill, lanes), e.at(planes.base, i, element)); });
  return planes;
}

/// Calls row(fromOffset, toOffset) for each row of each plane; `to` is larger by the window's padding.
static void forRows(Kernel &k, const Planes &from, const Planes &to, const Window &window, int64_t planes, int64_t fromPlanes,
                    function_ref<void(Value, Value, Value)> row) {
  Emitter &e = k.e;
  auto fromPitch = from.pitches(), toPitch = to.pitches();
  SmallVector<int64_t> extents{planes};
  extents.append(from.dims.begin(), from.dims.end() - 1);
  e.nest(extents, [&](ArrayRef<Value> i) {
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

void cpu::gatherWindows(Kernel &k, const Planes &from, const Planes &to, const Window &window) {
  Emitter &e = k.e;
  size_t rank = from.dims.size();
  auto pitch = from.pitches();
  SmallVector<int64_t> extents{from.count};
  extents.append(window.kernel.begin(), window.kernel.end());
  extents.append(to.dims.begin(), to.dims.end());
  e.nest(extents, [&](ArrayRef<Value> i) {
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
