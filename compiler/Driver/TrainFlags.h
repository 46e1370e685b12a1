//===- TrainFlags.h - flags of learning ----------------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_DRIVER_TRAINFLAGS_H
#define COMPILER_DRIVER_TRAINFLAGS_H

#include "compiler/Driver/TrainOptions.h"

#include <CLI/CLI.hpp>

namespace weft::driver {

/// CLI11 reports a bad value by this exception; its text already names the flag.
inline void orThrow(llvm::Error error) {
  if (error)
    throw CLI::ValidationError(llvm::toString(std::move(error)));
}

template <typename T> T orThrow(llvm::Expected<T> value) {
  orThrow(value.takeError());
  return std::move(*value);
}

/// Flags of the optimization, of fixed point, of ranks and of images. `options` lives as long as the command.
void addTrainFlags(CLI::App *command, TrainOptions &options);

} // namespace weft::driver

#endif // COMPILER_DRIVER_TRAINFLAGS_H
