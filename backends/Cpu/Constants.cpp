//===- Constants.cpp - reading constants of nn modules ---------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "backends/Cpu/Constants.h"
#include "backends/Cpu/Emitter.h"
#include "dialects/Nn/IR/NnOps.h"
#include "passes/Evaluation/Elements.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "llvm/Support/Alignment.h"
#include <cstring>

using namespace mlir;
using namespace weft;
using namespace weft::cpu;

bool cpu::isConstant(Value v) { return v.getDefiningOp<nn::ConstantOp>() != nullptr; }

std::string cpu::constantKey(Value v) {
  return llvm::utohexstr(reinterpret_cast<uintptr_t>(v.getDefiningOp<nn::ConstantOp>().getValue().getAsOpaquePointer()));
}

reference::Tensor cpu::constantTensor(Value v) {
  auto tensor = evaluation::elementsToTensor(v.getDefiningOp<nn::ConstantOp>().getValue());
  assert(tensor.ok() && "constants are checked by prepare()");
  return std::move(*tensor);
}

ConstantFloats::ConstantFloats(Value v) {
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(v.getDefiningOp<nn::ConstantOp>().getValue()))
    if (AsmResourceBlob *blob = resource.getRawHandle().getBlob(); blob && llvm::isAddrAligned(llvm::Align::Of<float>(), blob->getData().data())) {
      elements = reinterpret_cast<const float *>(blob->getData().data());
      return;
    }
  copy = constantTensor(v);
  elements = copy.floats().data();
}

void cpu::appendElement(ConstantPool::Bytes &bytes, Type element, double number, int64_t integer) {
  Type storage = storageType(element);
  char raw[8];
  size_t size = storage.getIntOrFloatBitWidth() / 8;
  if (storage.isF32()) {
    float f = static_cast<float>(number);
    std::memcpy(raw, &f, 4);
  } else if (storage.isF64()) {
    std::memcpy(raw, &number, 8);
  } else {
    std::memcpy(raw, &integer, size); // little endian, as every target of ours
  }
  bytes.insert(bytes.end(), raw, raw + size);
}

ConstantPool::Bytes cpu::storageImage(Value v) {
  reference::Tensor tensor = constantTensor(v);
  Type element = cast<RankedTensorType>(v.getType()).getElementType();
  ConstantPool::Bytes bytes;
  bytes.reserve(tensor.size() * storageBytes(element));
  bool isFloat = tensor.type().isFloat();
  for (int64_t i = 0; i < tensor.size(); ++i)
    appendElement(bytes, element, isFloat ? tensor.asDouble(i) : 0, isFloat ? 0 : tensor.asInteger(i));
  return bytes;
}
