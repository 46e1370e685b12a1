//===- FlowOps.td - processes --------------------------------------------*- tablegen -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===----------------------------------------------------------------------------===//
#ifndef DIALECTS_FLOW_IR_FLOWOPS
#define DIALECTS_FLOW_IR_FLOWOPS

include "dialects/Flow/IR/FlowTypes.td"
include "dialects/Flow/IR/FlowInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

/// A process with one result stream. `foldable`: its lanes are chosen by --flow-fold.
class Flow_ProcessOp<string mnemonic, list<Trait> traits = []>
    : Op<Flow_Dialect, mnemonic, !listconcat([Pure, DeclareOpInterfaceMethods<Flow_Process>], traits)> {
  let results = (outs Flow_StreamType:$result);
  let hasVerifier = 1;
  code declarePe = "int64_t getPe() { return getResult().getType().getLanes(); }";
  let extraClassDeclaration = declarePe;
}

class Flow_FoldableOp<string mnemonic, list<Trait> traits = []>
    : Flow_ProcessOp<mnemonic, !listconcat([DeclareOpInterfaceMethods<Flow_Foldable>], traits)>;

//===--- windows ---------------------------------------------------------------------===//

def Flow_WindowOp : Flow_FoldableOp<"window"> {
  let summary = "sliding window: per output pixel all its taps (D4, T4)";
  let description = [{
    `kernel`, `strides`, `dilations` are (height, width). The result's frame is `OH × OW × (KH·KW·C)`. *dense* emits
    kh, kw, c; *depthwise* emits c-fold, kh, kw. Padding is `flow.pad`'s, upstream. `depth` is the
    buffer in beats of the result's lanes; 0 is the depth with which neither side waits where the other does not.

    ```mlir
    %y = flow.window dense %x {kernel = array<i64: 3, 3>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>}
       : !flow.stream<8x8x4xui8, 2> -> !flow.stream<6x6x36xui8, 2>
    ```
  }];
  let arguments = (ins Flow_StreamType:$input, Flow_WindowOrder:$order, DenseI64ArrayAttr:$kernel,
    DenseI64ArrayAttr:$strides, DenseI64ArrayAttr:$dilations, DefaultValuedAttr<I64Attr, "0">:$depth);
  let assemblyFormat = "$order $input attr-dict `:` type($input) `->` type($result)";
  let extraClassDeclaration = declarePe # [{
    /// Geometry in beats of the result's lanes.
    ::weft::flow::WindowShape getShape();
  }];
}

def Flow_PadOp : Flow_FoldableOp<"pad"> {
  let summary = "frame of constant pixels around a frame; `low` and `high` are (height, width)";
  let arguments = (ins Flow_StreamType:$input, DenseI64ArrayAttr:$low, DenseI64ArrayAttr:$high, I64Attr:$value);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($result)";
}

//===--- multiply and accumulate -------------------------------------------------------===//

def Flow_MvuOp : Flow_FoldableOp<"mvu"> {
  let summary = "matrix-vector unit: per pixel y[n] = Σ_k w[n, k] · x[k] + b[n] (A3)";
  let description = [{
    `input` has frames `H × W × K`, the result `H × W × N`; weight `[N, K]`, bias `[N]` of the result's element type. K is in the
    order of the stream: (kh, kw, c) behind a window, (h, w, c) behind a flatten (D3). `simd` divides K and is what the input's lanes must be; the
    result's lanes are PE.

    `multipliers` = 0 is the dense unit. It stores what its weight source (WeightSource.h) makes of the weight's expression: codes and a codebook
    of a `codec.lookup`; what no decoder understands is evaluated. With `multipliers` > 0 the weight is a `codec.lookup` and the unit adds up inputs per code before it multiplies with the codebook, `multipliers` products a cycle.

    Two units have no multipliers. `shift`: the weight is a `codec.powers`, or a `codec.lookup` into a codebook that is one, and products are shifts. `bitserial`: the weight is a `codec.bitplanes`, inputs
    are taken bit by bit, and a step of the dense unit becomes planes × input bits steps of AND and population count.

    ```mlir
    %y = flow.mvu %x, %w, %b {simd = 2 : i64}
       : !flow.stream<1x1x8xui8, 2>, tensor<4x8xi8>, tensor<4xi19> -> !flow.stream<1x1x4xi19, 4>
    ```
  }];
  let arguments = (ins Flow_StreamType:$input, AnyStaticShapeTensor:$weight, AnyStaticShapeTensor:$bias, I64Attr:$simd,
    DefaultValuedAttr<I64Attr, "0">:$multipliers, DefaultValuedAttr<Flow_MvuUnit, "::weft::flow::MvuUnit::multiply">:$unit);
  let assemblyFormat = "($unit^)? $input `,` $weight `,` $bias attr-dict `:` type($input) `,` type($weight) `,` type($bias) `->` type($result)";
  let extraClassDeclaration = declarePe # [{
    int64_t getK() { return getInput().getType().getChannels(); }
    int64_t getN() { return getResult().getType().getChannels(); }
    /// The codes and codebook of a clustered unit; null where the weight is no lookup.
    ::weft::codec::LookupOp getLookup();
    /// The powers of two that the weight is, or that its codebook is; null where neither is.
    ::weft::codec::PowersOp getPowers();
    /// The planes of the weight; null where it has none.
    ::weft::codec::BitplanesOp getBitplanes();
  }];
}

def Flow_SparseMvuOp : Flow_ProcessOp<"sparse_mvu", [DeclareOpInterfaceMethods<Flow_Foldable, ["isLegalFolding"]>]> {
  let summary = "matrix-vector unit for a clash-free mask: `edges` weights a cycle, each input from another memory (A3, A11c)";
  let description = [{
    `input` has frames `H × W × K`, the result `H × W × N`. The weight `[N, FI]` holds the FI weights of each output in the order of its edges: edge
    e = s·K + r·z + m (sweep s, row r, memory m) belongs to output e div FI. `starts` says which input it comes from: row t of memory m is input
    t·z + m, and t is `starts[s, r, m]` where starts is `[N·FI/K, K/z, z]`, and `(starts[s, m] + r) mod K/z` where it is `[N·FI/K, z]` or, the
    same for all sweeps, `[1, z]`. With a dither `[N·FI/K, z]` or `[1, z]` edge m is that of memory `lanes[s, m]`.

    `edges` divides z (equals it with a dither), and divides FI or is divided by it; the input's lanes are `edges`, the result's PE = max(1, edges / FI).
    A vector takes N·FI / `edges` cycles: they fall with the density.

    ```mlir
    %y = flow.sparse_mvu %x, %w, %b, %starts {edges = 4 : i64}
       : !flow.stream<1x1x16xui8, 4>, tensor<8x4xi8>, tensor<8xi19>, tensor<2x4xui2> -> !flow.stream<1x1x8xi19, 1>
    ```
    Source: Dey, Beerel, Chugg, ReConFig 2018.
  }];
  let arguments = (ins Flow_StreamType:$input, AnyStaticShapeTensor:$weight, AnyStaticShapeTensor:$bias,
    AnyStaticShapeTensor:$starts, Optional<AnyStaticShapeTensor>:$lanes, I64Attr:$edges);
  let assemblyFormat = [{
    $input `,` $weight `,` $bias `,` $starts (`dither` $lanes^)? attr-dict `:` type($input) `,` type($weight) `,` type($bias) `,`
    type($starts) (`dither` type($lanes)^)? `->` type($result)
  }];
  let extraClassDeclaration = declarePe # [{
    int64_t getK() { return getInput().getType().getChannels(); }
    int64_t getN() { return getResult().getType().getChannels(); }
    int64_t getFanIn();
    /// z: memories of the mask, of which `edges` are built.
    int64_t getMemories();
    int64_t getSweeps() { return getN() * getFanIn() / getK(); }
    /// 1, 2 or 3, by the shape of the start rows.
    int64_t getInterleaver();
  }];
}

def Flow_SelectMvuOp : Flow_ProcessOp<"select_mvu", [DeclareOpInterfaceMethods<Flow_Foldable, ["isLegalFolding"]>]> {
  let summary = "matrix-vector unit for n of every m inputs: multiplexers in front of the multipliers (A3, A11n)";
  let description = [{
    `input` has frames `H × W × K`, the result `H × W × N`. `indices` is `[N/h, K/m, n]`: the inputs, ascending, that count of each group of m consecutive
    ones, for h outputs at a time. The weight `[N, E]`, E = n·K/m, holds what they are multiplied with, and is any expression that a weight source
    (WeightSource.h) knows: weight e of an output belongs to index e mod n of group e div n.

    Steps are those of `flow.mvu`: `simd` inputs of K, of which n/m reach the multipliers of each output. m divides `simd`, h divides the result's PE.

    ```mlir
    %y = flow.select_mvu %x, %w, %b, %indices {simd = 4 : i64}
       : !flow.stream<1x1x8xui8, 4>, tensor<4x4xi8>, tensor<4xi19>, tensor<4x2x2xui2> -> !flow.stream<1x1x4xi19, 1>
    ```
  }];
  let arguments = (ins Flow_StreamType:$input, AnyStaticShapeTensor:$weight, AnyStaticShapeTensor:$bias,
    AnyStaticShapeTensor:$indices, I64Attr:$simd);
  let assemblyFormat = [{
    $input `,` $weight `,` $bias `,` $indices attr-dict `:` type($input) `,` type($weight) `,` type($bias) `,` type($indices) `->` type($result)
  }];
  let extraClassDeclaration = declarePe # [{
    int64_t getK() { return getInput().getType().getChannels(); }
    int64_t getN() { return getResult().getType().getChannels(); }
    /// m: inputs of a group.
    int64_t getGroup();
    /// n: inputs of a group that are kept.
    int64_t getKept();
    /// h: outputs that share indices.
    int64_t getShare();
    /// Weights of an output, E.
    int64_t getEdges() { return getK() / getGroup() * getKept(); }
    /// Multipliers of an output.
    int64_t getMultipliers() { return static_cast<int64_t>(getSimd()) / getGroup() * getKept(); }
  }];
}

def Flow_GatherMvuOp : Flow_ProcessOp<"gather_mvu", [DeclareOpInterfaceMethods<Flow_Foldable, ["isLegalFolding"]>]> {
  let summary = "matrix-vector unit that reads only the inputs which count, from memories (A3, A11b)";
  let description = [{
    `input` has frames `H × W × K`, the result `H × W × N`. `gaps` is `[N/h, E]`, a list for h outputs at a time: how many inputs are left out before each of
    the E that count. A gap with all bits set is an escape: as many inputs are left out and none is taken. The weight `[N, E]` holds what they are
    multiplied with, and is any expression that a weight source (WeightSource.h) knows, but for consecutive differences and several references a row.
    Of output n the first `lengths[n]` edges count, all without `lengths`: for the outputs of a list those are as many, or
    none where all of the output's weights are 0.

    `simd` memories, each with the part of the vector that it needs, give an input each a cycle: of a list of length L number s those of edges s·T to
    (s + 1)·T − 1, T = ⌈L/simd⌉. h divides the result's PE or is a multiple of it. PE outputs take T steps, of the longest of their lists, or one where they add
    nothing: cycles fall with the density.

    ```mlir
    %y = flow.gather_mvu %x, %w, %b, %gaps {simd = 2 : i64}
       : !flow.stream<1x1x8xui8, 1>, tensor<4x4xi8>, tensor<4xi19>, tensor<2x4xui2> -> !flow.stream<1x1x4xi19, 2>
    ```
    Source: block-based pruning, Yuan et al., TECS 2022.
  }];
  let arguments = (ins Flow_StreamType:$input, AnyStaticShapeTensor:$weight, AnyStaticShapeTensor:$bias,
    AnyStaticShapeTensor:$gaps, OptionalAttr<DenseI64ArrayAttr>:$lengths, I64Attr:$simd);
  let assemblyFormat = [{
    $input `,` $weight `,` $bias `,` $gaps attr-dict `:` type($input) `,` type($weight) `,` type($bias) `,` type($gaps) `->` type($result)
  }];
  let extraClassDeclaration = declarePe # [{
    int64_t getK() { return getInput().getType().getChannels(); }
    int64_t getN() { return getResult().getType().getChannels(); }
    /// E: weights of an output, or of the longest.
    int64_t getEdges();
    /// Edges of output n.
    int64_t getLength(int64_t n);
    /// h: outputs that read the same inputs.
    int64_t getShare();
    /// Sets of outputs of a step that read different inputs.
    int64_t getSets() { return std::max<int64_t>(1, getPe() / getShare()); }
    /// Steps of each set of lists that are read side by side, [N/h/sets].
    std::vector<int64_t> getListSteps();
    /// Steps of each PE outputs, [N/PE].
    std::vector<int64_t> getOutputSteps();
    /// Whether the PE outputs number nf add nothing to their biases.
    bool isIdle(int64_t nf);
    /// Lanes of the input: the least power of two with which a vector arrives as fast as it is worked on.
    int64_t getLoadLanes();
    /// The input of each edge, [N/h, E], −1 for an escape and for what is behind the length of a list, from the elements of `gaps`. Failure, with a
    /// diagnostic, where there are not as many inputs.
    ::mlir::FailureOr<std::vector<int64_t>> readInputs(::llvm::ArrayRef<int64_t> gaps);
  }];
}

def Flow_DepthwiseOp : Flow_FoldableOp<"depthwise"> {
  let summary = "one filter per channel: y[c] = Σ_t w[c, t] · x[c, t] + b[c] (A3)";
  let description = [{
    Behind a depthwise-order window: input frames `H × W × (T·C)`, weight `[C, T]`, bias `[C]`, result `H × W × C`.
  }];
  let arguments = (ins Flow_StreamType:$input, AnyStaticShapeTensor:$weight, AnyStaticShapeTensor:$bias);
  let assemblyFormat = "$input `,` $weight `,` $bias attr-dict `:` type($input) `,` type($weight) `,` type($bias) `->` type($result)";
}

def Flow_PoolOp : Flow_FoldableOp<"pool"> {
  let summary = "maximum or sum of the taps of a depthwise-order window, or of all pixels of a frame (A6)";
  let description = "Of all pixels where the result is one, and the input has its channels, in the order of the stream.";
  let arguments = (ins Flow_StreamType:$input, Flow_PoolKind:$kind);
  let extraClassDeclaration = declarePe # [{
    /// All pixels of a frame; else windows in depthwise order.
    bool isWholeFrame() {
      StreamType in = getInput().getType(), out = getResult().getType();
      return in.getChannels() == out.getChannels() && out.getPixels() == 1 && in.getPixels() > 1;
    }
    /// Elements that become one.
    int64_t getTaps() { return isWholeFrame() ? getInput().getType().getPixels() : getInput().getType().getChannels() / getResult().getType().getChannels(); }
  }];
  let assemblyFormat = "$kind $input attr-dict `:` type($input) `->` type($result)";
}

def Flow_RecurrentOp : Flow_ProcessOp<"recurrent", [AttrSizedOperandSegments, DeclareOpInterfaceMethods<Flow_Foldable, ["isLegalFolding"]>]> {
  let summary = "recurrent unit: LSTM, GRU or RNN along the pixels of a frame (A19)";
  let description = [{
    `input` has frames `1 × T × G·H`, the gates' sums over the layer's input; the result `1 × T × H`, or with `last` `1 × 1 × H`. The weight
    `[G·H, H]` has a weight source as that of `flow.mvu`; bias `[G·H]`; multiplier and shift `[G·H]` or `[1]`; `sigmoid` and `tanh` have an entry for
    each value of the input's elements. Every frame begins with `initial_h` and `initial_state [H]`, or 0; `peepholes [3·H]`, `input_forget` and
    `reset_first` as in `nn.qrecurrent`. Gates are computed one after the other, PE rows at a time from `simd` elements of the state, of which
    one number divides the other.
  }];
  let arguments = (ins Flow_StreamType:$input, AnyStaticShapeTensor:$weight, AnyStaticShapeTensor:$bias, AnyStaticShapeTensor:$multiplier,
    AnyStaticShapeTensor:$shift, AnyStaticShapeTensor:$sigmoid, AnyStaticShapeTensor:$tanh, Optional<AnyStaticShapeTensor>:$initial_h,
    Optional<AnyStaticShapeTensor>:$initial_state, Optional<AnyStaticShapeTensor>:$peepholes, Flow_RecurrentKind:$kind, I64Attr:$gate_fraction,
    I64Attr:$cell_fraction, I64Attr:$state_fraction, DefaultValuedAttr<I64Attr, "0">:$peephole_fraction,
    DefaultValuedAttr<BoolAttr, "false">:$input_forget, DefaultValuedAttr<BoolAttr, "false">:$reset_first,
    DefaultValuedAttr<BoolAttr, "false">:$last, DefaultValuedAttr<I64Attr, "1">:$simd);
  let assemblyFormat = [{
    $kind $input `,` $weight `,` $bias `,` $multiplier `,` $shift `,` $sigmoid `,` $tanh (`h` $initial_h^ `:` type($initial_h))?
    (`state` $initial_state^ `:` type($initial_state))? (`peepholes` $peepholes^ `:` type($peepholes))? attr-dict `:` type($input) `,` type($weight) `,`
    type($bias) `,` type($multiplier) `,` type($shift) `,` type($sigmoid) `,` type($tanh) `->` type($result)
  }];
  let extraClassDeclaration = declarePe # [{
    /// H, and T.
    int64_t getHidden() { return getResult().getType().getChannels(); }
    int64_t getSteps() { return getInput().getType().getWidth(); }
    /// Rows of the weight per element of the state: 4, 3 or 1.
    int64_t getGates();
  }];
}

//===--- pointwise -----------------------------------------------------------------------===//

def Flow_RequantizeOp : Flow_FoldableOp<"requantize"> {
  let summary = "accumulator to code (A4s, A4p); `multiplier` and `shift` are `[C]` or `[1]`";
  let arguments = (ins Flow_StreamType:$input, AnyStaticShapeTensor:$multiplier, AnyStaticShapeTensor:$shift,
    I64Attr:$zero_point, I64Attr:$lo, I64Attr:$hi, Flow_RequantizeForm:$form);
  let assemblyFormat = "$form $input `,` $multiplier `,` $shift attr-dict `:` type($input) `,` type($multiplier) `,` type($shift) `->` type($result)";
}

def Flow_ThresholdOp : Flow_FoldableOp<"threshold"> {
  let summary = "y = lo + Σ_k [x ≥ T[c, k]] (A4t); thresholds `[C, S]` or `[1, S]`";
  let arguments = (ins Flow_StreamType:$input, AnyStaticShapeTensor:$thresholds, I64Attr:$lo);
  let assemblyFormat = "$input `,` $thresholds attr-dict `:` type($input) `,` type($thresholds) `->` type($result)";
}

def Flow_TableOp : Flow_FoldableOp<"table"> {
  let summary = "any function of one integer (A7); entry i belongs to least(type) + i";
  let arguments = (ins Flow_StreamType:$input, AnyStaticShapeTensor:$table);
  let assemblyFormat = "$input `,` $table attr-dict `:` type($input) `,` type($table) `->` type($result)";
}

def Flow_BiasOp : Flow_FoldableOp<"bias"> {
  let summary = "a constant added to every element of a frame (A3b); `bias` is `[H·W·C]` in the order of the stream";
  let arguments = (ins Flow_StreamType:$input, AnyStaticShapeTensor:$bias);
  let assemblyFormat = "$input `,` $bias attr-dict `:` type($input) `,` type($bias) `->` type($result)";
}

def Flow_AddOp : Flow_FoldableOp<"add"> {
  let summary = "sum of two streams of different scales (A5)";
  let arguments = (ins Flow_StreamType:$lhs, Flow_StreamType:$rhs, I64Attr:$lhs_multiplier, I64Attr:$rhs_multiplier,
    I64Attr:$offset, I64Attr:$shift, I64Attr:$zero_point, I64Attr:$lo, I64Attr:$hi);
  let assemblyFormat = "$lhs `,` $rhs attr-dict `:` type($lhs) `,` type($rhs) `->` type($result)";
}

def Flow_MultiplyOp : Flow_FoldableOp<"multiply"> {
  let summary = "exact product of two streams, (a − za) · (b − zb) (A5m)";
  let arguments = (ins Flow_StreamType:$lhs, Flow_StreamType:$rhs, I64Attr:$lhs_zero_point, I64Attr:$rhs_zero_point);
  let assemblyFormat = "$lhs `,` $rhs attr-dict `:` type($lhs) `,` type($rhs) `->` type($result)";
}

def Flow_LutOp : Flow_ProcessOp<"lut"> {
  let summary = "netlist of truth tables over all elements of a frame (A18)";
  let description = [{
    Takes a frame in one beat and gives one beat: both streams have as many lanes as channels. The arrays are those of `lut.network`, input
    bit j·B + b being bit b of lane j. `levels` tables in a row stand between two registers; 0 is all of them. LATENCY is the number of
    stages, at least 1.

    ```mlir
    %y = flow.lut %x {arities = array<i32: 2>, fan_ins = array<i32: 0, 1>, tables = array<i64: 8>, outputs = array<i32: 2>, levels = 0}
       : !flow.stream<1x1x2xui1, 2> -> !flow.stream<1x1x1xui1, 1>
    ```
  }];
  let arguments = (ins Flow_StreamType:$input, DenseI32ArrayAttr:$arities, DenseI32ArrayAttr:$fan_ins,
    DenseI64ArrayAttr:$tables, DenseI32ArrayAttr:$outputs, I64Attr:$levels);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($result)";
  let extraClassDeclaration = declarePe # [{
    ::weft::lut::NetworkArrays getArrays();
    ::weft::reference::LutNetwork getNetwork();
  }];
}

//===--- stream plumbing --------------------------------------------------------------------===//

def Flow_ConcatOp : Flow_FoldableOp<"concat"> {
  let summary = "frames of several streams side by side";
  let description = [{
    Along `axis` 2 the channels of a pixel of each input in turn, along 1 (width) a row of each, along 0 (height) the whole frames. In the last two the
    later inputs wait for the earlier ones: behind a fork their queues hold a row or a frame.
  }];
  let arguments = (ins Variadic<Flow_StreamType>:$inputs, DefaultValuedAttr<I64Attr, "2">:$axis);
  let extraClassDeclaration = declarePe # [{
    /// Rounds through the inputs per frame: pixels, rows, or one.
    int64_t getRounds() {
      StreamType out = getResult().getType();
      return getAxis() == 2 ? out.getPixels() : getAxis() == 1 ? out.getHeight() : 1;
    }
    /// Beats of an input in each round.
    int64_t getRoundBeats(::mlir::Value input) { return ::llvm::cast<StreamType>(input.getType()).getBeats() / getRounds(); }
  }];
  let assemblyFormat = "$inputs attr-dict `:` type($inputs) `->` type($result)";
}

def Flow_SliceOp : Flow_FoldableOp<"slice"> {
  let summary = "a box of every frame; `starts` and `sizes` are (height, width, channels) (A8)";
  let arguments = (ins Flow_StreamType:$input, DenseI64ArrayAttr:$starts, DenseI64ArrayAttr:$sizes);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($result)";
}

def Flow_ReorderOp : Flow_FoldableOp<"reorder"> {
  let summary = "elements of every frame in another order (T6): a transpose, a repetition, a selection";
  let description = [{
    Two buffers of a frame: one is written in the order of the stream while the other is read. Element number Σ i_k · (counts after k) of the result's
    frame, the last loop being the innermost, is element base + Σ i_k · strides[k] of the input's; a loop with a negative stride begins at its end, one with stride 0
    repeats. Elements that no loop visits are left out. With more than one lane, the innermost loop has stride 1, and its count, the base and the other strides
    are multiples of the lanes.

    ```mlir
    %y = flow.reorder %x {counts = array<i64: 3, 2, 4>, strides = array<i64: 4, 12, 1>}
       : !flow.stream<1x2x12xui8, 4> -> !flow.stream<1x3x8xui8, 4>
    ```
  }];
  let arguments = (ins Flow_StreamType:$input, DenseI64ArrayAttr:$counts, DenseI64ArrayAttr:$strides, DefaultValuedAttr<I64Attr, "0">:$base);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($result)";
}

def Flow_ViewOp : Flow_ProcessOp<"view"> {
  let summary = "the same beats seen as frames of another shape (D3); no hardware";
  let arguments = (ins Flow_StreamType:$input);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($result)";
}

def Flow_WidthOp : Flow_ProcessOp<"width"> {
  let summary = "the same elements in beats of other lanes";
  let extraClassDeclaration = declarePe # [{
    /// Neither lane count divides the other.
    bool isGearbox() {
      int64_t in = getInput().getType().getLanes(), out = getResult().getType().getLanes();
      return in % out != 0 && out % in != 0;
    }
  }];
  let arguments = (ins Flow_StreamType:$input);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($result)";
}

def Flow_FifoOp : Flow_ProcessOp<"fifo", [AllTypesMatch<["input", "result"]>]> {
  let summary = "queue of `depth` beats";
  let arguments = (ins Flow_StreamType:$input, I64Attr:$depth);
  let assemblyFormat = "$input attr-dict `:` type($input)";
}

def Flow_ForkOp : Op<Flow_Dialect, "fork", [Pure, DeclareOpInterfaceMethods<Flow_Process>]> {
  let summary = "every beat to all results, when all are ready (T5)";
  let arguments = (ins Flow_StreamType:$input);
  let results = (outs Variadic<Flow_StreamType>:$outputs);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($outputs)";
  let hasVerifier = 1;
}

#endif // DIALECTS_FLOW_IR_FLOWOPS
