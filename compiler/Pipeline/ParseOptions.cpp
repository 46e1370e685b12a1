//===- ParseOptions.cpp - the small languages of flags -----------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Pipeline/ParseOptions.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include <fmt/format.h>

namespace weft::pipeline {
namespace {

llvm::Error bad(std::string message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), message.c_str());
}

constexpr unsigned leastBits = 2, greatestBits = 16;

bool parseBits(llvm::StringRef text, unsigned &bits) {
  return !text.getAsInteger(10, bits) && bits >= leastBits && bits <= greatestBits;
}

llvm::Error parseFolding(llvm::StringRef item, ParallelismOptions &options) {
  auto [name, value] = item.rsplit('=');
  LayerFolding folding;
  folding.layer = name.trim().str();
  auto [pe, simd] = value.split(':');
  if (name == "cycles" && !value.contains(':')) {
    if (value.trim().getAsInteger(10, options.cycles) || options.cycles < 1)
      return bad(fmt::format("--parallelism=cycles=N: expected a positive number of cycles, found '{}'", value.str()));
    return llvm::Error::success();
  }
  if (folding.layer.empty() || pe.trim().getAsInteger(10, folding.pe) || simd.trim().getAsInteger(10, folding.simd) ||
      folding.pe < 1 || folding.simd < 1)
    return bad(fmt::format("--parallelism: expected cycles=N or layer=PE:SIMD, found '{}'", item.str()));
  options.layers.push_back(folding);
  return llvm::Error::success();
}

} // namespace

llvm::Error parseQuantize(llvm::StringRef text, QuantizeOptions &options) {
  if (text == "none") {
    options.weightBits = options.activationBits = 0;
    return llvm::Error::success();
  }
  unsigned bits = 0;
  if (llvm::StringRef rest = text; rest.consume_front("int") && parseBits(rest, bits)) {
    options.weightBits = options.activationBits = bits;
    return llvm::Error::success();
  }
  unsigned weights = 0, activations = 0;
  if (llvm::StringRef rest = text; rest.consume_front("w")) {
    auto [w, a] = rest.split('a');
    if (parseBits(w, weights) && parseBits(a, activations)) {
      options.weightBits = weights;
      options.activationBits = activations;
      return llvm::Error::success();
    }
  }
  return bad(fmt::format("--quantize: expected int{}…int{}, w<bits>a<bits> or none, found '{}'", leastBits, greatestBits,
                         text.str()));
}

llvm::Expected<ParallelismOptions> parseParallelism(llvm::StringRef text) {
  ParallelismOptions options;
  llvm::SmallVector<llvm::StringRef> items;
  text.split(items, ',', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef item : items)
    if (auto error = parseFolding(item.trim(), options))
      return std::move(error);
  return options;
}

llvm::Expected<std::vector<std::string>> parseTargets(llvm::StringRef text) {
  std::vector<std::string> targets;
  llvm::SmallVector<llvm::StringRef> items;
  text.split(items, ',', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef item : items) {
    item = item.trim();
    if (auto error = expectOneOf("--target", item, {"verilog", "hls", "cpu"}))
      return std::move(error);
    if (!llvm::is_contained(targets, item.str()))
      targets.push_back(item.str());
  }
  if (targets.empty())
    return bad("--target: expected any of verilog, hls, cpu, found none");
  return targets;
}

llvm::Expected<std::pair<std::string, int64_t>> parseDim(llvm::StringRef text) {
  auto [name, value] = text.rsplit('=');
  int64_t size = 0;
  if (name.empty() || value.getAsInteger(10, size) || size < 1 || size > (int64_t(1) << 40))
    return bad(fmt::format("--dim {}: expected NAME=SIZE with a size of 1 to 2^40", text.str()));
  return std::pair(name.str(), size);
}

llvm::Expected<std::vector<compression::PlaneRequest>> parsePlanes(llvm::StringRef text) {
  std::vector<compression::PlaneRequest> requests;
  llvm::SmallVector<llvm::StringRef> items;
  text.split(items, ',', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef item : items) {
    auto [layer, number] = item.contains('=') ? item.rsplit('=') : std::pair(llvm::StringRef(), item);
    compression::PlaneRequest request{layer.trim().str(), 0};
    if (number.trim().getAsInteger(10, request.planes) || (item.contains('=') && request.layer.empty()))
      return bad(fmt::format("--planes: expected a number of planes or layer=number, found '{}'", item.trim().str()));
    requests.push_back(std::move(request));
  }
  if (requests.empty())
    return bad("--planes: expected a number of planes or layer=number, found none");
  return requests;
}

llvm::StringRef closest(llvm::StringRef found, llvm::ArrayRef<llvm::StringRef> known) {
  llvm::StringRef best;
  unsigned least = std::max<unsigned>(2, found.size() / 3) + 1;
  for (llvm::StringRef candidate : known)
    if (unsigned distance = found.edit_distance(candidate); distance < least) {
      least = distance;
      best = candidate;
    }
  return best;
}

llvm::Error expectOneOf(llvm::StringRef what, llvm::StringRef found, llvm::ArrayRef<llvm::StringRef> known) {
  if (llvm::is_contained(known, found))
    return llvm::Error::success();
  llvm::StringRef near = closest(found, known);
  std::string hint = near.empty() ? "" : fmt::format("; did you mean '{}'?", near.str());
  return bad(fmt::format("{}: expected one of {}, found '{}'{}", what.str(), llvm::join(known, ", "), found.str(), hint));
}

llvm::Error checkDevice(llvm::StringRef device) {
  llvm::StringRef known[] = {"xc7", "ice40", "ice40-up5k", "ice40-hx1k", "ice40-hx4k", "ice40-hx8k", "ice40-lp8k"};
  // Any 7-series part ("xc7a35t") synthesizes the same way: Yosys knows only the family.
  if (device.starts_with("xc7") && llvm::all_of(device.drop_front(3), llvm::isAlnum))
    return llvm::Error::success();
  return expectOneOf("--device", device, known);
}

} // namespace weft::pipeline
