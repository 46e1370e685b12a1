//===- Elements.h - MLIR constants as reference tensors and back ---------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef PASSES_EVALUATION_ELEMENTS_H
#define PASSES_EVALUATION_ELEMENTS_H

#include "mlir/IR/BuiltinAttributes.h"
#include "runtime/reference/Result.h"
#include "runtime/reference/Tensor.h"

#include <optional>

namespace weft::evaluation {

/// f16, bf16, f32, f64 and integers of 1 to 64 bits: `iN` is signed, `uiN` unsigned, `i1` a boolean. Nothing for other
/// types.
std::optional<reference::ElementType> elementTypeOf(mlir::Type type);

/// The other way; `siN` is never made.
mlir::Type typeOf(reference::ElementType type, mlir::MLIRContext *context);

/// The static tensor type of a tensor.
mlir::RankedTensorType typeOf(const reference::Tensor &tensor, mlir::MLIRContext *context);

/// Decodes `dense`, splats among them, and `dense_resource`. The blob of a resource holds each element in its bits
/// rounded up to whole bytes, little endian; elements of less than 8 bits may also be bit-packed, the first in the
/// low bits (the size of the blob tells). Error for other attributes, unknown blobs and wrong sizes.
reference::Result<reference::Tensor> elementsToTensor(mlir::ElementsAttr elements);

/// A constant of `tensor`: `dense` up to 64 elements, else a `dense_resource` named after `name`, one element in whole
/// bytes. The type is `typeOf(tensor)`.
mlir::ElementsAttr tensorToElements(const reference::Tensor &tensor, mlir::MLIRContext *context,
                                    llvm::StringRef name = "constant");

} // namespace weft::evaluation

#endif // PASSES_EVALUATION_ELEMENTS_H
