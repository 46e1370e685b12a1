//===- Version.h - texts about weft itself ------------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_DRIVER_VERSION_H
#define COMPILER_DRIVER_VERSION_H

#include <string>

namespace weft::driver {

/// "0.1.0".
std::string version();
/// What `weft --version` prints.
std::string versionText();
/// The text of `weft help <topic>`: exit-codes or phases; "" for another.
std::string helpTopic(const std::string &topic);

} // namespace weft::driver

#endif // COMPILER_DRIVER_VERSION_H
