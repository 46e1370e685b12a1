//===- LutOps.td - netlists of truth tables ------------------------------*- tablegen -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===----------------------------------------------------------------------------===//
#ifndef DIALECTS_LUT_IR_LUTOPS
#define DIALECTS_LUT_IR_LUTOPS

include "mlir/IR/OpBase.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "dialects/Nn/IR/NnInterfaces.td"

def Lut_Dialect : Dialect {
  let name = "lut";
  let cppNamespace = "::weft::lut";
  let summary = "Layers as netlists of K-input truth tables";
  let description = [{
    Where the inputs of a neuron total few bits, the neuron is a truth table. The dialect has one operation, which holds the
    netlist of one or more layers; rule A18 says what it computes.
  }];
}

def Lut_NetworkOp : Op<Lut_Dialect, "network", [Pure, DeclareOpInterfaceMethods<Nn_ShapeInference>]> {
  let summary = "a combinational netlist of truth tables between two tensors of integers, rule A18";
  let description = [{
    `input` is `[N, K…]` of B-bit integers: bit b of element j (row-major) of a sample is signal `j·B + b`. The result `[N, M…]` is
    read from `outputs` likewise; its shape behind N is the operation's own. Table t is signal `inputs + t`; it has `arities[t]` fan-ins
    (at most 6), which stand one table after the other in `fan_ins`, the least significant bit of the address first. Bit a of `tables[t]`
    is its value at address a. A table of no fan-ins is a constant.

    ```mlir
    // y = [a and b, a xor b] as one ui2
    %y = lut.network %x {arities = array<i32: 2, 2>, fan_ins = array<i32: 0, 1, 0, 1>, tables = array<i64: 8, 6>,
      outputs = array<i32: 3, 2>} : tensor<?x2xui1> -> tensor<?x1xui2>
    ```
  }];
  let arguments = (ins AnyRankedTensor:$input, DenseI32ArrayAttr:$arities, DenseI32ArrayAttr:$fan_ins,
    DenseI64ArrayAttr:$tables, DenseI32ArrayAttr:$outputs);
  let results = (outs AnyRankedTensor:$result);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($result)";
  let hasVerifier = 1;
  let builders = [
    OpBuilder<(ins "::mlir::RankedTensorType":$result, "::mlir::Value":$input, "const ::weft::reference::LutNetwork &":$network)>
  ];
  let extraClassDeclaration = [{
    /// The netlist. The operation is valid.
    ::weft::reference::LutNetwork getNetwork();
    ::weft::lut::NetworkArrays getArrays();
    /// Elements of one sample and bits of an element.
    int64_t getInputElements();
    int64_t getResultElements();
    int64_t getInputBits();
    int64_t getResultBits();
  }];
}

#endif // DIALECTS_LUT_IR_LUTOPS
