//===- weft.cpp - the compiler's command line --------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Driver/Commands.h"

int main(int argc, char **argv) { return weft::driver::weftMain(argc, argv); }
