//===- DataFiles.h - arrays in files ------------------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_DRIVER_DATAFILES_H
#define COMPILER_DRIVER_DATAFILES_H

#include "llvm/Support/Error.h"
#include "runtime/reference/Tensor.h"
#include <string>
#include <vector>

namespace weft::driver {

/// An array and its name: the key inside an .npz, the stem of an .npy.
struct NamedArray {
  std::string name;
  reference::Tensor value;
};

/// All arrays of an .npy or .npz file but labels (y, label, labels) beside others. Exit codes: 6 unreadable, 3 damaged.
llvm::Expected<std::vector<NamedArray>> readArrays(const std::string &path);

/// Writes an .npy file whole (exit code 6).
llvm::Error writeNpy(const std::string &path, const reference::Tensor &value);

} // namespace weft::driver

#endif // COMPILER_DRIVER_DATAFILES_H
