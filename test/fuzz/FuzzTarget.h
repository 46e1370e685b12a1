//===- FuzzTarget.h - one import of a hostile file ---------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef TEST_FUZZ_FUZZTARGET_H
#define TEST_FUZZ_FUZZTARGET_H

#include <cstddef>
#include <string>

namespace weft::fuzz {

/// Where the model that is imported now is written to; stays there if the import crashes. Different in every process.
std::string modelPath();

/// Imports the bytes as a model file; anything but a return is a bug. The result stands for what became of it: a hash of the diagnostics
/// without their names and numbers, or of the operations of the module.
size_t importBytes(const char *data, size_t size);

} // namespace weft::fuzz

#endif // TEST_FUZZ_FUZZTARGET_H
