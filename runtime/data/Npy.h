//===- Npy.h - numpy's array files -----------------------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef RUNTIME_DATA_NPY_H
#define RUNTIME_DATA_NPY_H

#include "runtime/data/File.h"
#include "runtime/reference/Tensor.h"

namespace weft::data {

using reference::Tensor;

/// Reads `.npy`, versions 1 to 3: booleans, integers of 1 to 8 bytes, floats of 2, 4, 8 bytes, any byte order, C and
/// Fortran order. Error for what is truncated, too long, or of another dtype (pickled objects, text, complex).
/// `source` names the data in messages. u64 values above int64's greatest are an error.
/// Source: numpy.lib.format.
Result<Tensor> parseNpy(const uint8_t *data, size_t size, const std::string &source);
Result<Tensor> readNpy(const std::string &path);

/// The bytes of a version 1 file, C order, little endian. Integers get the least dtype that holds their type; bf16 is
/// written as f32.
std::string formatNpy(const Tensor &tensor);
/// Writes a `.npy` whole or not at all.
Status writeNpy(const std::string &path, const Tensor &tensor);

} // namespace weft::data

#endif // RUNTIME_DATA_NPY_H
