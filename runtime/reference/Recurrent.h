//===- Recurrent.h - LSTM, GRU, RNN ---------------------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef RUNTIME_REFERENCE_RECURRENT_H
#define RUNTIME_REFERENCE_RECURRENT_H

#include "runtime/reference/Elementwise.h"
#include "runtime/reference/Result.h"
#include "runtime/reference/Tensor.h"

#include <vector>

namespace weft::reference {

enum class RecurrentKind { lstm, gru, rnn };

/// 4, 3 or 1.
int64_t gatesOf(RecurrentKind kind);

/// A function of nn.unary with its parameters.
struct Activation {
  UnaryKind kind = UnaryKind::tanh;
  double alpha = 0, beta = 0;
};

/// As nn.recurrent has them.
struct RecurrentAttributes {
  RecurrentKind kind = RecurrentKind::lstm;
  /// f, g, h of an lstm; f, g of a gru; f of an rnn.
  std::vector<Activation> activations;
  /// Bounds the arguments of the activations; 0 does not.
  double clip = 0;
  bool reverse = false, linearBeforeReset = false, inputForget = false;
  /// Result: c behind h; the last step only.
  bool cell = false, last = false;
};

/// Null where there is none. States are [N, H], or [1, H] for all samples; peepholes [3·H], lengths [N].
struct RecurrentOperands {
  const Tensor *initialH = nullptr, *initialC = nullptr, *peepholes = nullptr, *lengths = nullptr;
};

/// The cell of ONNX's LSTM, GRU or RNN along axis 1: input [N, T, G·H] holds the gates' sums over the layer's input, weight is
/// [G·H, H], bias [G·H]. Behind the length of a sample the result is 0.
Result<Tensor> recurrent(const Tensor &input, const Tensor &weight, const Tensor &bias, const RecurrentOperands &operands,
                         const RecurrentAttributes &attributes);

/// As nn.qrecurrent has them.
struct QrecurrentAttributes {
  RecurrentKind kind = RecurrentKind::lstm;
  int64_t gateFraction = 8, cellFraction = 11, stateFraction = 7, peepholeFraction = 0;
  bool inputForget = false, resetFirst = false, reverse = false, last = false;
};

/// Constants of nn.qrecurrent. Null where there is none.
struct QrecurrentOperands {
  const Tensor *weight, *bias, *multiplier, *shift, *sigmoid, *tanh;
  const Tensor *initialH = nullptr, *initialState = nullptr, *peepholes = nullptr;
};

/// Rule A19.
Result<Tensor> qrecurrent(const Tensor &input, const QrecurrentOperands &operands, const QrecurrentAttributes &attributes,
                          ElementType type);

} // namespace weft::reference

#endif // RUNTIME_REFERENCE_RECURRENT_H
