//===- Precompiled.cpp - carries the precompiled header, Precompiled.h ------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
