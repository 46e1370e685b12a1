//===- VerilogBackend.h - SystemVerilog for a netlist ----------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef BACKENDS_VERILOG_VERILOGBACKEND_H
#define BACKENDS_VERILOG_VERILOGBACKEND_H

#include "dialects/Rtl/IR/RtlOps.h"
#include "mlir/IR/BuiltinOps.h"

#include <string>

namespace weft::verilog {

struct VerilogOptions {
  /// Test benches for Verilator and Icarus in tb/.
  bool benches = true;
  /// Scripts for Vivado, Quartus and Yosys in scripts/.
  bool scripts = true;
};

/// Writes the folder `directory` for the one rtl.module of `module`:
///
///   <top>.sv          instances of the library and wires
///   lib/*.sv          what it needs of runtime/rtl
///   rom/*.hex         $readmemh images; read from `WEFT_ROM_DIR, by default rom/ under the working directory
///   filelist.f        the sources, in order
///   interface.json    streams, their types, and which tensor element is where
///   tb/, scripts/
///
/// Failure, with a diagnostic, where there is no netlist or a file cannot be written.
mlir::LogicalResult emitVerilog(mlir::ModuleOp module, const VerilogOptions &options, llvm::StringRef directory);

/// The text of the top.
mlir::LogicalResult printTop(rtl::ModuleOp top, llvm::raw_ostream &os);

/// The text of the test bench around it.
void printBench(rtl::ModuleOp top, llvm::raw_ostream &os);

/// interface.json.
void printInterface(rtl::ModuleOp top, llvm::raw_ostream &os);

/// A module of tables: a file of its own.
void printLutModule(rtl::LutModuleOp module, llvm::raw_ostream &os);

/// One line of hex digits per word, most significant first.
void printRom(rtl::RomOp rom, llvm::raw_ostream &os);

/// A wrapper with few pins around a top with one stream in and one out; see docs/rtl.md.
mlir::LogicalResult printPinReduced(rtl::ModuleOp top, llvm::raw_ostream &os);

} // namespace weft::verilog

#endif // BACKENDS_VERILOG_VERILOGBACKEND_H
