//===- NnEnums.td - kinds of the families of nn operators ---------------*- tablegen -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===----------------------------------------------------------------------------===//
#ifndef DIALECTS_NN_IR_NNENUMS
#define DIALECTS_NN_IR_NNENUMS

include "mlir/IR/EnumAttr.td"
include "dialects/Nn/IR/NnDialect.td"

class Nn_Kind<string name, string summary, list<I32EnumAttrCase> cases>
    : I32EnumAttr<name, summary, cases> {
  let cppNamespace = "::weft::nn";
  let genSpecializedAttr = 1;
}

def Nn_UnaryKind : Nn_Kind<"UnaryKind", "elementwise function of one operand", [
  I32EnumAttrCase<"relu", 0>, I32EnumAttrCase<"sigmoid", 1>, I32EnumAttrCase<"tanh", 2>,
  I32EnumAttrCase<"exp", 3>, I32EnumAttrCase<"log", 4>, I32EnumAttrCase<"sqrt", 5>,
  I32EnumAttrCase<"neg", 6>, I32EnumAttrCase<"abs", 7>, I32EnumAttrCase<"erf", 8>,
  I32EnumAttrCase<"floor", 9>, I32EnumAttrCase<"ceil", 10>, I32EnumAttrCase<"round", 11>,
  I32EnumAttrCase<"reciprocal", 12>, I32EnumAttrCase<"sign", 13>,
  I32EnumAttrCase<"leaky_relu", 14>, I32EnumAttrCase<"elu", 15>, I32EnumAttrCase<"selu", 16>,
  I32EnumAttrCase<"hard_sigmoid", 17>, I32EnumAttrCase<"hard_swish", 18>,
  I32EnumAttrCase<"softplus", 19>, I32EnumAttrCase<"softsign", 20>,
  I32EnumAttrCase<"sin", 21>, I32EnumAttrCase<"cos", 22>, I32EnumAttrCase<"gelu", 23>,
  I32EnumAttrCase<"logical_not", 24>, I32EnumAttrCase<"thresholded_relu", 25>,
  I32EnumAttrCase<"celu", 26>, I32EnumAttrCase<"mish", 27>,
  I32EnumAttrCase<"acos", 28>, I32EnumAttrCase<"acosh", 29>, I32EnumAttrCase<"asin", 30>,
  I32EnumAttrCase<"asinh", 31>, I32EnumAttrCase<"atan", 32>, I32EnumAttrCase<"atanh", 33>,
  I32EnumAttrCase<"cosh", 34>, I32EnumAttrCase<"sinh", 35>, I32EnumAttrCase<"tan", 36>,
  I32EnumAttrCase<"is_inf", 37>, I32EnumAttrCase<"is_nan", 38>, I32EnumAttrCase<"bitwise_not", 39>
]>;

def Nn_BinaryKind : Nn_Kind<"BinaryKind", "elementwise function of two operands", [
  I32EnumAttrCase<"add", 0>, I32EnumAttrCase<"sub", 1>, I32EnumAttrCase<"mul", 2>,
  I32EnumAttrCase<"div", 3>, I32EnumAttrCase<"max", 4>, I32EnumAttrCase<"min", 5>,
  I32EnumAttrCase<"pow", 6>, I32EnumAttrCase<"prelu", 7>, I32EnumAttrCase<"mod", 8>,
  I32EnumAttrCase<"equal", 9>, I32EnumAttrCase<"less", 10>, I32EnumAttrCase<"less_equal", 11>,
  I32EnumAttrCase<"greater", 12>, I32EnumAttrCase<"greater_equal", 13>,
  I32EnumAttrCase<"logical_and", 14>, I32EnumAttrCase<"logical_or", 15>,
  I32EnumAttrCase<"logical_xor", 16>, I32EnumAttrCase<"bitwise_and", 17>,
  I32EnumAttrCase<"bitwise_or", 18>, I32EnumAttrCase<"bitwise_xor", 19>,
  I32EnumAttrCase<"shift_left", 20>, I32EnumAttrCase<"shift_right", 21>,
  I32EnumAttrCase<"floor_mod", 22>
]>;

def Nn_ReduceKind : Nn_Kind<"ReduceKind", "reduction over axes", [
  I32EnumAttrCase<"sum", 0>, I32EnumAttrCase<"mean", 1>, I32EnumAttrCase<"max", 2>,
  I32EnumAttrCase<"min", 3>, I32EnumAttrCase<"prod", 4>, I32EnumAttrCase<"sum_square", 5>,
  I32EnumAttrCase<"l1", 6>, I32EnumAttrCase<"l2", 7>, I32EnumAttrCase<"log_sum", 8>,
  I32EnumAttrCase<"log_sum_exp", 9>
]>;

def Nn_ScanKind : Nn_Kind<"ScanKind", "running reduction along an axis", [
  I32EnumAttrCase<"sum", 0>, I32EnumAttrCase<"prod", 1>
]>;

def Nn_ScatterKind : Nn_Kind<"ScatterKind", "what an update does to the element it meets", [
  I32EnumAttrCase<"replace", 0>, I32EnumAttrCase<"add", 1>, I32EnumAttrCase<"mul", 2>,
  I32EnumAttrCase<"max", 3>, I32EnumAttrCase<"min", 4>
]>;

def Nn_PoolKind : Nn_Kind<"PoolKind", "reduction of a window", [
  I32EnumAttrCase<"max", 0>, I32EnumAttrCase<"average", 1>, I32EnumAttrCase<"sum", 2>
]>;

def Nn_RecurrentKind : Nn_Kind<"RecurrentKind", "which cell a recurrent layer has", [
  I32EnumAttrCase<"lstm", 0>, I32EnumAttrCase<"gru", 1>, I32EnumAttrCase<"rnn", 2>
]>;

def Nn_PadMode : Nn_Kind<"PadMode", "where padding takes its values from", [
  I32EnumAttrCase<"constant", 0>, I32EnumAttrCase<"reflect", 1>, I32EnumAttrCase<"edge", 2>,
  I32EnumAttrCase<"wrap", 3>
]>;

def Nn_RequantizeForm : Nn_Kind<"RequantizeForm", "how an accumulator becomes a code", [
  I32EnumAttrCase<"scale", 0>, I32EnumAttrCase<"shift", 1>, I32EnumAttrCase<"threshold", 2>
]>;

#endif // DIALECTS_NN_IR_NNENUMS
