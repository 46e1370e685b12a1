//===- TensorReader.h - ONNX tensors to constants ----------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_IMPORT_TENSORREADER_H
#define COMPILER_IMPORT_TENSORREADER_H

#include "compiler/Import/HostTensor.h"
#include "mlir/IR/MLIRContext.h"
#include "llvm/Support/Error.h"

namespace onnx {
class TensorProto;
}

namespace weft::import {

/// The nn element type of an ONNX `TensorProto.DataType`: int8 → i8, uint8 → ui8, bool → i1, float16 → f16. Null
/// where there is none (strings, complex numbers, float8).
mlir::Type elementTypeOf(mlir::MLIRContext *context, int32_t dataType);
/// The other way round; 0 where there is none.
int32_t dataTypeOf(mlir::Type elementType);
/// "float", "uint4", … or the number.
std::string dataTypeName(int32_t dataType);

/// Product of dimensions, or −1 if one is negative or the product passes 2^40.
int64_t safeElementCount(llvm::ArrayRef<int64_t> shape);

/// Reads a tensor. Takes `raw_data` out of the message, and reads external data below `folder`. The error says what
/// is wrong, without the tensor's name.
llvm::Expected<HostTensor> readTensor(mlir::MLIRContext *context, onnx::TensorProto &tensor, llvm::StringRef folder);

} // namespace weft::import

#endif // COMPILER_IMPORT_TENSORREADER_H
