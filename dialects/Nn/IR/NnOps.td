//===- NnOps.td - operators of the nn dialect ----------------------------*- tablegen -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===----------------------------------------------------------------------------===//
#ifndef DIALECTS_NN_IR_NNOPS
#define DIALECTS_NN_IR_NNOPS

include "dialects/Nn/IR/NnDialect.td"
include "dialects/Nn/IR/NnEnums.td"
include "dialects/Nn/IR/NnInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "mlir/IR/BuiltinAttributeInterfaces.td"
include "mlir/IR/OpAsmInterface.td"

class Nn_PureOp<string mnemonic, list<Trait> traits = []> : Nn_Op<mnemonic, !listconcat([Pure], traits)>;

/// One result whose shape follows from the operands.
class Nn_ShapedOp<string mnemonic, list<Trait> traits = []>
    : Nn_PureOp<mnemonic, !listconcat([DeclareOpInterfaceMethods<Nn_ShapeInference>], traits)> {
  let results = (outs AnyRankedTensor:$result);
}

def Nn_ConstantOp : Nn_PureOp<"constant", [ConstantLike, AllTypesMatch<["value", "result"]>]> {
  let summary = "a constant tensor";
  let description = "Initializers are `dense_resource`, so no pass copies them. Folds to its value.";
  let arguments = (ins ElementsAttr:$value);
  let results = (outs AnyRankedTensor:$result);
  let assemblyFormat = "attr-dict $value";
  let builders = [OpBuilder<(ins "::mlir::ElementsAttr":$value), [{
    build($_builder, $_state, value.getShapedType(), value);
  }]>];
  let hasFolder = 1;
}

//===--- linear operators ------------------------------------------------------------===//

def Nn_LinearOp : Nn_ShapedOp<"linear", [DeclareOpInterfaceMethods<Nn_WeightedOp, ["getChannelAxis"]>]> {
  let summary = "y[…, o] = Σ_k w[o, k] · x[…, k] + b[o]";
  let description = [{
    `input [d…, K]`, `weight [N, K]`, `bias [N]` → `[d…, N]`. On integers the sum is exact (A3) and bias and
    result share the accumulator type.

    ```mlir
    %y = nn.linear %x, %w, %b : tensor<?x784xf32>, tensor<300x784xf32>, tensor<300xf32> -> tensor<?x300xf32>
    ```
  }];
  let arguments = (ins AnyRankedTensor:$input, AnyRankedTensor:$weight, AnyRankedTensor:$bias);
  let assemblyFormat = "$input `,` $weight `,` $bias attr-dict `:` type($input) `,` type($weight) `,` type($bias) `->` type($result)";
  let hasVerifier = 1;
}

def Nn_ConvOp : Nn_ShapedOp<"conv", [DeclareOpInterfaceMethods<Nn_WeightedOp, ["getChannelAxis"]>]> {
  let summary = "convolution over any number of spatial dimensions";
  let description = [{
    `input [N, C, spatial…]`, `weight [O, C/groups, kernel…]`, `bias [O]` → `[N, O, spatial'…]`, with
    spatial' = (spatial + begin + end − dilation·(kernel − 1) − 1) / stride + 1, rounded down. The padding has the value `pad_value` (A3).
  }];
  let arguments = (ins AnyRankedTensor:$input, AnyRankedTensor:$weight, AnyRankedTensor:$bias,
    DenseI64ArrayAttr:$strides, DenseI64ArrayAttr:$pads_begin, DenseI64ArrayAttr:$pads_end,
    DenseI64ArrayAttr:$dilations, I64Attr:$groups, DefaultValuedAttr<I64Attr, "0">:$pad_value);
  let assemblyFormat = "$input `,` $weight `,` $bias attr-dict `:` type($input) `,` type($weight) `,` type($bias) `->` type($result)";
  let hasVerifier = 1;
}

def Nn_RecurrentOp : Nn_ShapedOp<"recurrent", [AttrSizedOperandSegments, DeclareOpInterfaceMethods<Nn_WeightedOp, ["getChannelAxis"]>]> {
  let summary = "LSTM, GRU or plain RNN along a sequence";
  let description = [{
    `input [N, T, G·H]` are the gates' sums over the layer's input, an `nn.linear` before; `weight [G·H, H]` multiplies the state, `bias [G·H]` is added
    to that product. Gates are in ONNX's order: lstm i, o, f, c; gru z, r, h; rnn one. The state begins as `initial_h`, `initial_c` (`[N, H]`, or `[1, H]` for all samples), or 0;
    `peepholes [3·H]` (i, o, f) are the lstm's; sample n ends after `lengths[n]` steps: behind them the result is 0.

    `activations` names the functions of nn.unary (lstm f, g, h; gru f, g; rnn f), `alphas` and `betas` their parameters. `clip` > 0 bounds what they take in.
    `reverse` goes from the last step to the first. Result: h of every step `[N, T, H]`, or with `last` of the last one `[N, H]`; with `cell` h and c of
    an lstm, `[…, 2·H]`.

    ```mlir
    %y = nn.recurrent lstm %x, %r, %b {activations = ["sigmoid", "tanh", "tanh"], alphas = array<f64: 0.0, 0.0, 0.0>, betas = array<f64: 0.0, 0.0, 0.0>}
       : tensor<?x4x32xf32>, tensor<32x8xf32>, tensor<32xf32> -> tensor<?x4x8xf32>
    ```
  }];
  let arguments = (ins AnyRankedTensor:$input, AnyRankedTensor:$weight, AnyRankedTensor:$bias, Optional<AnyRankedTensor>:$initial_h,
    Optional<AnyRankedTensor>:$initial_c, Optional<AnyRankedTensor>:$peepholes, Optional<AnyRankedTensor>:$lengths, Nn_RecurrentKind:$kind,
    StrArrayAttr:$activations, DenseF64ArrayAttr:$alphas, DenseF64ArrayAttr:$betas, DefaultValuedAttr<F64Attr, "0.0">:$clip,
    DefaultValuedAttr<BoolAttr, "false">:$reverse, DefaultValuedAttr<BoolAttr, "false">:$linear_before_reset,
    DefaultValuedAttr<BoolAttr, "false">:$input_forget, DefaultValuedAttr<BoolAttr, "false">:$cell, DefaultValuedAttr<BoolAttr, "false">:$last);
  let assemblyFormat = [{
    $kind $input `,` $weight `,` $bias (`h` $initial_h^ `:` type($initial_h))? (`c` $initial_c^ `:` type($initial_c))?
    (`peepholes` $peepholes^ `:` type($peepholes))? (`lengths` $lengths^ `:` type($lengths))? attr-dict
    `:` type($input) `,` type($weight) `,` type($bias) `->` type($result)
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// H, the elements of the state.
    int64_t getHidden() { return ::mlir::cast<::mlir::RankedTensorType>(getWeight().getType()).getDimSize(1); }
  }];
}

def Nn_MatmulOp : Nn_ShapedOp<"matmul"> {
  let summary = "batched matrix product of two computed values, as numpy.matmul for rank ≥ 2";
  let arguments = (ins AnyRankedTensor:$lhs, AnyRankedTensor:$rhs);
  let assemblyFormat = "$lhs `,` $rhs attr-dict `:` type($lhs) `,` type($rhs) `->` type($result)";
}

//===--- elementwise -------------------------------------------------------------------===//

def Nn_UnaryOp : Nn_ShapedOp<"unary"> {
  let summary = "elementwise function; `alpha` and `beta` are its parameters where ONNX gives it any";
  let description = [{
    gelu: alpha = 0 is the erf form, 1 the tanh form. is_inf: alpha ≠ 0 finds −∞, beta ≠ 0 finds +∞. is_inf and is_nan give i1.
  }];
  let arguments = (ins AnyRankedTensor:$input, Nn_UnaryKind:$kind,
    DefaultValuedAttr<F64Attr, "0.0">:$alpha, DefaultValuedAttr<F64Attr, "0.0">:$beta);
  let assemblyFormat = "$kind $input attr-dict `:` type($input) `->` type($result)";
  let hasVerifier = 1;
}

def Nn_ClipOp : Nn_ShapedOp<"clip"> {
  let summary = "min(max(x, min), max)";
  let arguments = (ins AnyRankedTensor:$input, F64Attr:$min, F64Attr:$max);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($result)";
}

def Nn_BinaryOp : Nn_ShapedOp<"binary"> {
  let summary = "elementwise function of two operands, broadcast as in numpy; comparisons give i1";
  let description = [{
    mod has the sign of the dividend (C), floor_mod of the divisor (Python). Bitwise functions and shifts are of integers; shift_left
    keeps the low bits, shift_right of signed integers copies the sign, and distances outside of the width leave nothing.
  }];
  let arguments = (ins AnyRankedTensor:$lhs, AnyRankedTensor:$rhs, Nn_BinaryKind:$kind);
  let assemblyFormat = "$kind $lhs `,` $rhs attr-dict `:` type($lhs) `,` type($rhs) `->` type($result)";
  let hasVerifier = 1;
}

def Nn_SelectOp : Nn_ShapedOp<"select"> {
  let summary = "condition ? lhs : rhs, broadcast (ONNX Where)";
  let arguments = (ins AnyRankedTensor:$condition, AnyRankedTensor:$lhs, AnyRankedTensor:$rhs);
  let assemblyFormat = "$condition `,` $lhs `,` $rhs attr-dict `:` type($condition) `,` type($lhs) `,` type($rhs) `->` type($result)";
}

def Nn_CastOp : Nn_ShapedOp<"cast"> {
  let summary = "element type conversion, as ONNX Cast";
  let arguments = (ins AnyRankedTensor:$input);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($result)";
}

//===--- reductions ----------------------------------------------------------------------===//

def Nn_ReduceOp : Nn_ShapedOp<"reduce"> {
  let summary = "reduction over `axes` (not negative, ascending)";
  let arguments = (ins AnyRankedTensor:$input, Nn_ReduceKind:$kind, DenseI64ArrayAttr:$axes, BoolAttr:$keepdims);
  let assemblyFormat = "$kind $input attr-dict `:` type($input) `->` type($result)";
}

def Nn_ArgReduceOp : Nn_ShapedOp<"arg_reduce"> {
  let summary = "index of the greatest (or least) element along an axis";
  let arguments = (ins AnyRankedTensor:$input, I64Attr:$axis, BoolAttr:$keepdims, BoolAttr:$is_max, BoolAttr:$select_last);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($result)";
}

def Nn_TopKOp : Nn_ShapedOp<"top_k"> {
  let summary = "indices of the `k` greatest (or least) elements along an axis, in the order of their values";
  let description = "Of equal elements the first comes first; NaN is greater than every number. With k the whole axis this sorts.";
  let arguments = (ins AnyRankedTensor:$input, I64Attr:$axis, I64Attr:$k, BoolAttr:$largest);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($result)";
  let hasVerifier = 1;
}

def Nn_ScanOp : Nn_ShapedOp<"scan"> {
  let summary = "running reduction along an axis (ONNX CumSum)";
  let description = "`exclusive` leaves each element out of its own result; `reverse` runs from the end.";
  let arguments = (ins AnyRankedTensor:$input, Nn_ScanKind:$kind, I64Attr:$axis,
    DefaultValuedAttr<BoolAttr, "false">:$exclusive, DefaultValuedAttr<BoolAttr, "false">:$reverse);
  let assemblyFormat = "$kind $input attr-dict `:` type($input) `->` type($result)";
  let hasVerifier = 1;
}

def Nn_PoolOp : Nn_ShapedOp<"pool"> {
  let summary = "reduction of windows of `[N, C, spatial…]`";
  let description = [{
    ONNX's auto_pad and ceil_mode are pads here. `count_include_pad` counts padding in an average's divisor;
    without it the divisor is the number of elements inside the input. Integers: A6 (`sum`, `max`).
  }];
  let arguments = (ins AnyRankedTensor:$input, Nn_PoolKind:$kind, DenseI64ArrayAttr:$kernel,
    DenseI64ArrayAttr:$strides, DenseI64ArrayAttr:$pads_begin, DenseI64ArrayAttr:$pads_end,
    DenseI64ArrayAttr:$dilations, DefaultValuedAttr<BoolAttr, "false">:$count_include_pad,
    DefaultValuedAttr<I64Attr, "0">:$pad_value);
  let assemblyFormat = "$kind $input attr-dict `:` type($input) `->` type($result)";
  let hasVerifier = 1;
}

def Nn_SoftmaxOp : Nn_ShapedOp<"softmax"> {
  let summary = "softmax (or its logarithm) along one axis";
  let arguments = (ins AnyRankedTensor:$input, I64Attr:$axis, DefaultValuedAttr<BoolAttr, "false">:$log);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($result)";
}

//===--- shape ------------------------------------------------------------------------------===//

def Nn_ReshapeOp : Nn_ShapedOp<"reshape"> {
  let summary = "the same elements under another shape";
  let description = [{
    `shape` may hold one −1, which follows from the element count. −2 − i is dimension i of the input: so several dynamic dimensions pass.
  }];
  let arguments = (ins AnyRankedTensor:$input, DenseI64ArrayAttr:$shape);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($result)";
  let hasFolder = 1;
}

def Nn_TransposeOp : Nn_ShapedOp<"transpose"> {
  let summary = "permutation of dimensions: result dimension i is input dimension perm[i]";
  let arguments = (ins AnyRankedTensor:$input, DenseI64ArrayAttr:$perm);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($result)";
  let hasFolder = 1;
  let hasVerifier = 1;
}

def Nn_ConcatOp : Nn_ShapedOp<"concat"> {
  let summary = "concatenation along an axis (not negative)";
  let arguments = (ins Variadic<AnyRankedTensor>:$inputs, I64Attr:$axis);
  let assemblyFormat = "$inputs attr-dict `:` type($inputs) `->` type($result)";
}

def Nn_SliceOp : Nn_ShapedOp<"slice"> {
  let summary = "a strided part of a tensor";
  let description = [{
    Per dimension: start, size and step (may be negative). A size of −1 keeps the whole dimension, and then start is 0 and
    step 1: so a dynamic dimension passes.
  }];
  let arguments = (ins AnyRankedTensor:$input, DenseI64ArrayAttr:$starts, DenseI64ArrayAttr:$sizes, DenseI64ArrayAttr:$steps);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($result)";
  let hasVerifier = 1;
}

def Nn_PadOp : Nn_ShapedOp<"pad"> {
  let summary = "padding around a tensor";
  let arguments = (ins AnyRankedTensor:$input, DenseI64ArrayAttr:$low, DenseI64ArrayAttr:$high,
    DefaultValuedAttr<Nn_PadMode, "::weft::nn::PadMode::constant">:$mode, DefaultValuedAttr<F64Attr, "0.0">:$value);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($result)";
}

def Nn_GatherOp : Nn_ShapedOp<"gather"> {
  let summary = "rows of `data` along an axis, as ONNX Gather; negative indices count from the end";
  let arguments = (ins AnyRankedTensor:$data, AnyRankedTensor:$indices, I64Attr:$axis);
  let assemblyFormat = "$data `,` $indices attr-dict `:` type($data) `,` type($indices) `->` type($result)";
}

def Nn_GatherNdOp : Nn_ShapedOp<"gather_nd"> {
  let summary = "slices of `data` at index tuples, as ONNX GatherND; negative indices count from the end";
  let description = [{
    `data [batch…, d_1 … d_k, slice…]`, `indices [batch…, places…, k]` → `[batch…, places…, slice…]`, with `batch_dims` batch
    dimensions. GatherElements along the last axis is `batch_dims` = rank − 1, k = 1.
  }];
  let arguments = (ins AnyRankedTensor:$data, AnyRankedTensor:$indices, DefaultValuedAttr<I64Attr, "0">:$batch_dims);
  let assemblyFormat = "$data `,` $indices attr-dict `:` type($data) `,` type($indices) `->` type($result)";
  let hasVerifier = 1;
}

def Nn_ScatterNdOp : Nn_ShapedOp<"scatter_nd"> {
  let summary = "`data` with slices at index tuples replaced by, or combined with, `updates`, as ONNX ScatterND";
  let description = [{
    Shapes as for `nn.gather_nd`; `updates` has the shape which that would give. Updates are applied in row-major order: of several
    at one place the last replaces the others.
  }];
  let arguments = (ins AnyRankedTensor:$data, AnyRankedTensor:$indices, AnyRankedTensor:$updates,
    DefaultValuedAttr<Nn_ScatterKind, "::weft::nn::ScatterKind::replace">:$kind, DefaultValuedAttr<I64Attr, "0">:$batch_dims);
  let assemblyFormat = "$data `,` $indices `,` $updates attr-dict `:` type($data) `,` type($indices) `,` type($updates) `->` type($result)";
  let hasVerifier = 1;
}

def Nn_BroadcastOp : Nn_ShapedOp<"broadcast"> {
  let summary = "numpy broadcast to a shape (ONNX Expand); −1 keeps the input's dimension";
  let arguments = (ins AnyRankedTensor:$input, DenseI64ArrayAttr:$shape);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($result)";
}

//===--- quantization --------------------------------------------------------------------------===//

def Nn_QuantizeOp : Nn_ShapedOp<"quantize"> {
  let summary = "q = clamp(round_half_even(x / scale) + zero_point), rule A1";
  let description = "`scale` f32 and `zero_point` (the result's element type) are `[]`, or `[C]` along `axis`.";
  let arguments = (ins AnyRankedTensor:$input, AnyRankedTensor:$scale, AnyRankedTensor:$zero_point,
    DefaultValuedAttr<I64Attr, "0">:$axis);
  let assemblyFormat = "$input `,` $scale `,` $zero_point attr-dict `:` type($input) `,` type($scale) `,` type($zero_point) `->` type($result)";
  let hasVerifier = 1;
}

def Nn_DequantizeOp : Nn_ShapedOp<"dequantize"> {
  let summary = "x = (q − zero_point) · scale, rule A2";
  let description = "`scale` f32 and `zero_point` (the input's element type) are `[]`, or `[C]` along `axis`.";
  let arguments = (ins AnyRankedTensor:$input, AnyRankedTensor:$scale, AnyRankedTensor:$zero_point,
    DefaultValuedAttr<I64Attr, "0">:$axis);
  let assemblyFormat = "$input `,` $scale `,` $zero_point attr-dict `:` type($input) `,` type($scale) `,` type($zero_point) `->` type($result)";
  let hasVerifier = 1;
}

def Nn_RequantizeOp : Nn_ShapedOp<"requantize"> {
  let summary = "integer to integer of another scale, rules A4s and A4p";
  let description = [{
    `multiplier` and `shift` are `tensor<Cxi32>` along axis 1 (the channels), or of one element for all. Form `shift` has only ones as multipliers.
    `lo`/`hi` clamp the result (a fused ReLU raises `lo`).
  }];
  let arguments = (ins AnyRankedTensor:$input, AnyRankedTensor:$multiplier, AnyRankedTensor:$shift,
    I64Attr:$zero_point, I64Attr:$lo, I64Attr:$hi,
    DefaultValuedAttr<Nn_RequantizeForm, "::weft::nn::RequantizeForm::scale">:$form);
  let assemblyFormat = "$input `,` $multiplier `,` $shift attr-dict `:` type($input) `,` type($multiplier) `,` type($shift) `->` type($result)";
  let hasVerifier = 1;
}

def Nn_ThresholdOp : Nn_ShapedOp<"threshold"> {
  let summary = "y = lo + Σ_k [x ≥ T[c, k]], rule A4t";
  let description = "`thresholds` is `[C, hi − lo]` along axis 1, or `[1, hi − lo]` for all channels, each row not decreasing.";
  let arguments = (ins AnyRankedTensor:$input, AnyRankedTensor:$thresholds, I64Attr:$lo);
  let assemblyFormat = "$input `,` $thresholds attr-dict `:` type($input) `,` type($thresholds) `->` type($result)";
  let hasVerifier = 1;
}

def Nn_QaddOp : Nn_ShapedOp<"qadd"> {
  let summary = "sum of two integer tensors of different scales, rule A5";
  let arguments = (ins AnyRankedTensor:$lhs, AnyRankedTensor:$rhs, I64Attr:$lhs_multiplier, I64Attr:$rhs_multiplier,
    I64Attr:$offset, I64Attr:$shift, I64Attr:$zero_point, I64Attr:$lo, I64Attr:$hi);
  let assemblyFormat = "$lhs `,` $rhs attr-dict `:` type($lhs) `,` type($rhs) `->` type($result)";
  let hasVerifier = 1;
}

def Nn_QmulOp : Nn_ShapedOp<"qmul"> {
  let summary = "exact product of two quantized tensors, (a − za) · (b − zb), rule A5m";
  let description = [{
    Operands of one rank, which broadcast as in numpy; their elements have at most 16 bits. The result holds every product of their types; its scale is
    the product of theirs, and `nn.requantize` or `nn.threshold` makes codes of it.
  }];
  let arguments = (ins AnyRankedTensor:$lhs, AnyRankedTensor:$rhs, I64Attr:$lhs_zero_point, I64Attr:$rhs_zero_point);
  let assemblyFormat = "$lhs `,` $rhs attr-dict `:` type($lhs) `,` type($rhs) `->` type($result)";
  let hasVerifier = 1;
}

def Nn_TableOp : Nn_ShapedOp<"table"> {
  let summary = "any function of one N-bit integer, as a table of 2^N entries, rule A7";
  let description = "Entry i belongs to the input value least(type) + i.";
  let arguments = (ins AnyRankedTensor:$input, AnyRankedTensor:$table);
  let assemblyFormat = "$input `,` $table attr-dict `:` type($input) `,` type($table) `->` type($result)";
  let hasVerifier = 1;
}

def Nn_QrecurrentOp : Nn_ShapedOp<"qrecurrent", [AttrSizedOperandSegments, DeclareOpInterfaceMethods<Nn_WeightedOp, ["getChannelAxis"]>]> {
  let summary = "LSTM, GRU or RNN over integers, rule A19";
  let description = [{
    `input [N, T, G·H]` in units of 2^−gate_fraction; `weight [G·H, H]`, `bias [G·H]` of the accumulator's type; `multiplier` and `shift` (`[G·H]` or `[1]`,
    i32) bring the sums to the input's units. `sigmoid` and `tanh` have an entry for each value of the input's type, in units of 2^−15. All samples begin
    with the code `initial_h [H]` and, but for an rnn, `initial_state [H]` (i16): c of an lstm in units of 2^−cell_fraction, h of a gru in units of 2^−15;
    or with 0. `peepholes [3·H]` (i16: i, o, f) of an lstm are in units of 2^−peephole_fraction; with `input_forget` it forgets 1 − i. With `reset_first`
    a gru resets its state before the product. The result, codes of h in units of 2^−state_fraction, is `[N, T, H]`, or with `last` `[N, H]`.
  }];
  let arguments = (ins AnyRankedTensor:$input, AnyRankedTensor:$weight, AnyRankedTensor:$bias, AnyRankedTensor:$multiplier, AnyRankedTensor:$shift,
    AnyRankedTensor:$sigmoid, AnyRankedTensor:$tanh, Optional<AnyRankedTensor>:$initial_h, Optional<AnyRankedTensor>:$initial_state,
    Optional<AnyRankedTensor>:$peepholes, Nn_RecurrentKind:$kind, I64Attr:$gate_fraction, I64Attr:$cell_fraction, I64Attr:$state_fraction,
    DefaultValuedAttr<I64Attr, "0">:$peephole_fraction, DefaultValuedAttr<BoolAttr, "false">:$input_forget,
    DefaultValuedAttr<BoolAttr, "false">:$reset_first, DefaultValuedAttr<BoolAttr, "false">:$reverse, DefaultValuedAttr<BoolAttr, "false">:$last);
  let assemblyFormat = [{
    $kind $input `,` $weight `,` $bias `,` $multiplier `,` $shift `,` $sigmoid `,` $tanh (`h` $initial_h^ `:` type($initial_h))?
    (`state` $initial_state^ `:` type($initial_state))? (`peepholes` $peepholes^ `:` type($peepholes))? attr-dict `:` type($input) `,` type($weight) `,`
    type($bias) `,` type($multiplier) `,` type($shift) `,` type($sigmoid) `,` type($tanh) `->` type($result)
  }];
  let hasVerifier = 1;
}

#endif // DIALECTS_NN_IR_NNOPS
