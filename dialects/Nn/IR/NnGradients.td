//===- NnGradients.td - what gradients need beyond inference ------------*- tablegen -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===----------------------------------------------------------------------------===//
#ifndef DIALECTS_NN_IR_NNGRADIENTS
#define DIALECTS_NN_IR_NNGRADIENTS

include "dialects/Nn/IR/NnDialect.td"
include "dialects/Nn/IR/NnInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

class Nn_GradientOp<string mnemonic> : Nn_Op<mnemonic, [Pure, DeclareOpInterfaceMethods<Nn_ShapeInference>]> {
  let results = (outs AnyRankedTensor:$result);
}

def Nn_PatchesOp : Nn_GradientOp<"patches"> {
  let summary = "the windows of a tensor as columns (im2col)";
  let description = [{
    `input [N, C, spatial…]` → `[N, C·taps, windows]`: row c·taps + t holds what tap t of the kernel sees of channel c in each window. With a weight
    `[O, C·taps]` a convolution is a matrix product. The padding has the value `pad_value`.

    ```mlir
    %p = nn.patches %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, pads_begin = array<i64: 0, 0>,
                        pads_end = array<i64: 0, 0>, dilations = array<i64: 1, 1>} : tensor<8x3x4x4xf32> -> tensor<8x12x4xf32>
    ```
  }];
  let arguments = (ins AnyRankedTensor:$input, DenseI64ArrayAttr:$kernel, DenseI64ArrayAttr:$strides, DenseI64ArrayAttr:$pads_begin,
    DenseI64ArrayAttr:$pads_end, DenseI64ArrayAttr:$dilations, DefaultValuedAttr<F64Attr, "0.0">:$pad_value);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($result)";
}

def Nn_FoldOp : Nn_GradientOp<"fold"> {
  let summary = "the sum of windows back into a tensor (col2im): the adjoint of nn.patches";
  let description = [{
    `input [N, C·taps, windows]` → `[N, C, spatial…]`; every element is the sum of what the windows that see it hold. What falls into the padding is dropped.
  }];
  let arguments = (ins AnyRankedTensor:$input, DenseI64ArrayAttr:$spatial, DenseI64ArrayAttr:$kernel, DenseI64ArrayAttr:$strides,
    DenseI64ArrayAttr:$pads_begin, DenseI64ArrayAttr:$pads_end, DenseI64ArrayAttr:$dilations);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($result)";
}

def Nn_RowProductsOp : Nn_GradientOp<"row_products"> {
  let summary = "inner products of rows, summed over samples: y[o, c] = Σ_n Σ_p lhs[n, o, p] · rhs[n, c, p]";
  let description = "`lhs [N, O, P]`, `rhs [N, C, P]` → `[O, C]`. With the patches of a convolution's input it is the gradient of the weight.";
  let arguments = (ins AnyRankedTensor:$lhs, AnyRankedTensor:$rhs);
  let assemblyFormat = "$lhs `,` $rhs attr-dict `:` type($lhs) `,` type($rhs) `->` type($result)";
}

def Nn_MaxPoolGradientOp : Nn_GradientOp<"max_pool_gradient"> {
  let summary = "the gradient of nn.pool max: each window's gradient goes to the first of its greatest elements";
  let description = [{
    `input [N, C, spatial…]`, `gradient [N, C, windows…]` → the shape of the input; every element is the sum over the windows that it wins. A window without an
    element above minus infinity gives its gradient to nobody.
  }];
  let arguments = (ins AnyRankedTensor:$input, AnyRankedTensor:$gradient, DenseI64ArrayAttr:$kernel, DenseI64ArrayAttr:$strides,
    DenseI64ArrayAttr:$pads_begin, DenseI64ArrayAttr:$pads_end, DenseI64ArrayAttr:$dilations);
  let assemblyFormat = "$input `,` $gradient attr-dict `:` type($input) `,` type($gradient) `->` type($result)";
}

def Nn_StochasticRoundOp : Nn_GradientOp<"stochastic_round"> {
  let summary = "a whole number beside x: the upper one with the probability of the fraction";
  let description = [{
    `⌊x⌋ + [x − ⌊x⌋ > u]`, where u in [0, 1) follows from the seed (a scalar of i32), the attribute `stream` and the place of the element (rule A20): the
    mean over seeds is x, and whole numbers stay.
  }];
  let arguments = (ins AnyRankedTensor:$input, AnyRankedTensor:$seed, I64Attr:$stream);
  let assemblyFormat = "$input `,` $seed attr-dict `:` type($input) `,` type($seed) `->` type($result)";
}

#endif // DIALECTS_NN_IR_NNGRADIENTS
