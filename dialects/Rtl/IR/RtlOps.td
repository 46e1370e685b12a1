//===- RtlOps.td - instances of the RTL library ----------------------------*- tablegen -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===----------------------------------------------------------------------------===//
#ifndef DIALECTS_RTL_IR_RTLOPS
#define DIALECTS_RTL_IR_RTLOPS

include "mlir/IR/OpBase.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/BuiltinAttributeInterfaces.td"
include "mlir/IR/SymbolInterfaces.td"

def Rtl_Dialect : Dialect {
  let name = "rtl";
  let cppNamespace = "::weft::rtl";
  let summary = "A netlist of library modules joined by valid/ready streams";
  let description = [{
    What the Verilog backend prints without deciding anything: modules of `runtime/rtl` with their parameters, ROM images, and the
    streams between them. Clock and reset are implicit. Names are legal, unique SystemVerilog identifiers.
  }];
  let useDefaultTypePrinterParser = 1;
}

def Rtl_StreamType : TypeDef<Rtl_Dialect, "Stream"> {
  let mnemonic = "stream";
  let summary = "data of `width` bits with valid and ready";
  let parameters = (ins "int64_t":$width);
  let assemblyFormat = "`<` $width `>`";
}

class Rtl_Op<string mnemonic, list<Trait> traits = []> : Op<Rtl_Dialect, mnemonic, traits>;

def Rtl_RomOp : Rtl_Op<"rom", [Symbol]> {
  let summary = "ROM image: one row of little-endian bytes per word";
  let description = "`data` is `tensor<words × bytes × ui8>`; a word has `width` bits.";
  let arguments = (ins SymbolNameAttr:$sym_name, I64Attr:$width, ElementsAttr:$data);
  let assemblyFormat = "$sym_name attr-dict";
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    int64_t getWords() { return ::llvm::cast<::mlir::RankedTensorType>(getData().getType()).getDimSize(0); }
  }];
}

def Rtl_LutModuleOp : Rtl_Op<"lut_module", [Symbol]> {
  let summary = "a module of its own: a pipelined netlist of truth tables between two streams";
  let description = [{
    The arrays are those of `lut.network`, for `input_bits` bits of s_data; m_data has a bit per output. `levels` tables in a row stand
    between two registers, 0: all. Control is that of every process (T1 to T3).
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, I64Attr:$input_bits, DenseI32ArrayAttr:$arities, DenseI32ArrayAttr:$fan_ins,
    DenseI64ArrayAttr:$tables, DenseI32ArrayAttr:$outputs, I64Attr:$levels);
  let assemblyFormat = "$sym_name attr-dict";
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    ::weft::lut::NetworkArrays getArrays() { return {getArities(), getFanIns(), getTables(), getOutputs()}; }
  }];
}

def Rtl_ModuleOp : Rtl_Op<"module", [Symbol, IsolatedFromAbove, NoTerminator, SingleBlock]> {
  let summary = "the top: a network with AXI4-Stream in and out";
  let arguments = (ins SymbolNameAttr:$sym_name);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "$sym_name attr-dict-with-keyword $body";
}

def Rtl_AxisInOp : Rtl_Op<"axis_in"> {
  let summary = "AXI4-Stream slave of the top; `frame` beats per frame";
  let arguments = (ins StrAttr:$name, I64Attr:$frame);
  let results = (outs Rtl_StreamType:$result);
  let assemblyFormat = "$name attr-dict `:` type($result)";
}

def Rtl_AxisOutOp : Rtl_Op<"axis_out"> {
  let summary = "AXI4-Stream master of the top; `frame` beats per frame";
  let arguments = (ins Rtl_StreamType:$input, StrAttr:$name, I64Attr:$frame);
  let assemblyFormat = "$input `,` $name attr-dict `:` type($input)";
}

def Rtl_InstanceOp : Rtl_Op<"instance"> {
  let summary = "a library module";
  let description = [{
    `parameters` are integers, strings, symbols of ROMs, or arrays of integers (32 bits each, packed, the first least
    significant). `ports` names the prefixes of the inputs, then of the outputs; one prefix for several streams says that the module
    packs them side by side.

    ```mlir
    %y = rtl.instance "fc1_mvu" of "weft_mvu" (%x) {parameters = {SIMD = 2 : i64, WEIGHTS = @fc1_weights}, inputs = ["s"], outputs = ["m"]}
       : (!rtl.stream<16>) -> !rtl.stream<76>
    ```
  }];
  let arguments = (ins StrAttr:$name, StrAttr:$module, Variadic<Rtl_StreamType>:$inputs, DictionaryAttr:$parameters,
    ArrayAttr:$input_ports, ArrayAttr:$output_ports);
  let results = (outs Variadic<Rtl_StreamType>:$outputs);
  let assemblyFormat = "$name `of` $module `(` $inputs `)` attr-dict `:` functional-type($inputs, $outputs)";
  let hasVerifier = 1;
}

def Rtl_TapOp : Rtl_Op<"tap"> {
  let summary = "a probe for simulation (weft_tap)";
  let arguments = (ins Rtl_StreamType:$input, StrAttr:$name);
  let assemblyFormat = "$input `,` $name attr-dict `:` type($input)";
}

#endif // DIALECTS_RTL_IR_RTLOPS
