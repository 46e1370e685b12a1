//===- Roms.cpp - constants as the arrays of a C++ program ------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Conversion/FlowToEmitC/Roms.h"

#include <algorithm>

namespace weft::flow_to_emitc {

using reference::Tensor;

namespace {
/// Packs rows of elements of `width` bits; every row has as many.
class RowPacker {
public:
  RowPacker(int64_t elements, unsigned width) : width(width) {
    int64_t rowBits = elements * width;
    rom.bits = rowBits <= 8 ? 8 : rowBits <= 16 ? 16 : 32;
    words = (rowBits + rom.bits - 1) / rom.bits;
  }
  void beginRow() {
    rom.values.resize(rom.values.size() + words);
    position = static_cast<int64_t>(rom.values.size() - words) * rom.bits;
  }
  void append(int64_t element) {
    for (unsigned b = 0; b < width; ++b, ++position)
      rom.values[position / rom.bits] |= ((element >> b) & 1) << (position % rom.bits);
  }
  Rom take() {
    rom.shape = {static_cast<int64_t>(rom.values.size()) / words, words};
    return std::move(rom);
  }

private:
  Rom rom;
  unsigned width;
  int64_t words, position = 0;
};
} // namespace

Rom pack(const conversion::RomImage &image) {
  RowPacker packer(image.perWord, image.bits);
  for (size_t i = 0; i < image.elements.size(); ++i) {
    if (i % image.perWord == 0)
      packer.beginRow();
    packer.append(image.elements[i]);
  }
  return packer.take();
}

Rom pack(const std::vector<conversion::RomImage> &images) {
  Rom all;
  for (const conversion::RomImage &image : images) {
    Rom each = pack(image);
    all.bits = each.bits;
    all.shape = {static_cast<int64_t>(images.size()), each.shape[0], each.shape[1]};
    all.values.insert(all.values.end(), each.values.begin(), each.values.end());
  }
  return all;
}

Rom packTaps(const Tensor &taps, int64_t pe) {
  int64_t channels = taps.dim(0), count = taps.dim(1);
  RowPacker packer(pe, taps.type().bits);
  for (int64_t cf = 0; cf < channels; cf += pe)
    for (int64_t t = 0; t < count; ++t) {
      packer.beginRow();
      for (int64_t p = 0; p < pe; ++p)
        packer.append(taps.integers()[(cf + p) * count + t]);
    }
  return packer.take();
}

Rom plain(const Tensor &values) {
  Rom rom;
  rom.shape = values.shape();
  rom.values = values.integers();
  rom.isSigned = true;
  rom.bits = 8;
  // The smallest type that holds them all, whatever the tensor's type: its range may be hardly
  // used.
  auto [least, greatest] = std::minmax_element(rom.values.begin(), rom.values.end());
  while (rom.bits < 64 &&
         (*least < -(int64_t(1) << (rom.bits - 1)) || *greatest >= int64_t(1) << (rom.bits - 1)))
    rom.bits *= 2;
  return rom;
}

Rom byLanes(const Tensor &values, int64_t lanes) {
  Rom rom = plain(values);
  int64_t channels = values.dim(0);
  if (channels == 1)
    lanes = 1;
  rom.shape.front() = channels / lanes;
  rom.shape.insert(rom.shape.begin() + 1, lanes);
  return rom;
}

Rom asUnsigned(Rom rom, unsigned bits) {
  rom.bits = bits;
  rom.isSigned = false;
  return rom;
}

} // namespace weft::flow_to_emitc
