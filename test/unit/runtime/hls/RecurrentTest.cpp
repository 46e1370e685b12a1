//===- RecurrentTest.cpp - rule A19 ----------------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "Helper.h"
#include "runtime/reference/Recurrent.h"

using namespace weft::hls;
using namespace weft::hls::test;
namespace reference = weft::reference;

namespace {

reference::Tensor tensorOf(const Values &values, reference::Shape shape, unsigned bits) {
  return reference::Tensor::ofIntegers(reference::ElementType::integer(bits, true), std::move(shape), values);
}

/// What a unit may have: PF −1 for no peepholes.
template <int PF = -1, bool COUPLED = false, bool RESET_FIRST = false, bool INITIAL = false> struct More {};

template <RecurrentKind KIND, int H, int T, int SIMD, int PE, int LAST, int GF, int CF, int HF, int PF = -1, bool COUPLED = false,
          bool RESET_FIRST = false, bool INITIAL = false>
void check(More<PF, COUPLED, RESET_FIRST, INITIAL> = {}) {
  constexpr int G = detail::gatesOf(KIND), FRAMES = 2, ROWS = G * H, WORDS = (PE * SIMD * 8 + 31) / 32;
  using Gate = Int<9, true>;
  using Code = Int<8, true>;
  Values w = randomValues<Int<8, true>>(ROWS * H, 1), b = randomValues<Int<12, true>>(ROWS, 2), m = randomValues<Int<16, false>>(ROWS, 3),
         n = randomValues<Int<2, false>>(ROWS, 4), x = randomValues<Gate>(FRAMES * T * ROWS, 5);
  Values sigmoid = randomValues<Int<15, false>>(512, 6), tanh = randomValues<Int<16, true>>(512, 7);
  uint32_t weights[ROWS / PE * (H / SIMD)][WORDS] = {}, multiplier[ROWS / PE][PE];
  int64_t bias[ROWS / PE][PE];
  uint8_t shift[ROWS / PE][PE];
  int32_t s[512], t[512];
  for (int r = 0; r < ROWS; ++r) {
    n[r] += 20;
    bias[r / PE][r % PE] = b[r], multiplier[r / PE][r % PE] = uint32_t(m[r]), shift[r / PE][r % PE] = uint8_t(n[r]);
  }
  for (int i = 0; i < 512; ++i)
    s[i] = int32_t(sigmoid[i]), t[i] = int32_t(tanh[i]);
  for (int nf = 0; nf < ROWS / PE; ++nf)
    for (int sf = 0; sf < H / SIMD; ++sf) {
      Values row;
      for (int p = 0; p < PE; ++p)
        for (int k = 0; k < SIMD; ++k)
          row.push_back(w[(nf * PE + p) * H + sf * SIMD + k]);
      packRow(weights[nf * (H / SIMD) + sf], WORDS, row, 8);
    }
  Values peepholes = randomValues<Int<16, true>>(3 * H, 8), h = randomValues<Code>(H, 9), kept = randomValues<Int<16, true>>(H, 10);
  int16_t p[3 * H], h0[H], s0[H];
  std::copy(peepholes.begin(), peepholes.end(), p);
  std::copy(h.begin(), h.end(), h0);
  std::copy(kept.begin(), kept.end(), s0);
  Stream<Beat<Gate, PE>> in;
  Stream<Beat<Code, PE>> out;
  feed<Gate, PE>(in, x);
  auto run = [&](const auto &first, const auto &state, const auto &factors) {
    recurrent<RecurrentCell<KIND, GF, CF, HF, PF, COUPLED, RESET_FIRST>, Int<8, true>, Int<24, true>, T, H, SIMD, LAST>(
        in, out, weights, bias, multiplier, shift, s, t, first, state, factors, FRAMES);
  };
  auto begin = [&](const auto &factors) { INITIAL ? run(h0, s0, factors) : run(Zeros(), Zeros(), factors); };
  PF < 0 ? begin(Zeros()) : begin(p);
  EXPECT_TRUE(in.empty());
  auto weight = tensorOf(w, {ROWS, H}, 8), biases = tensorOf(b, {ROWS}, 24), ms = tensorOf(m, {ROWS}, 32), ns = tensorOf(n, {ROWS}, 32);
  auto first = tensorOf(sigmoid, {512}, 17), second = tensorOf(tanh, {512}, 17);
  auto initialH = tensorOf(h, {H}, 8), initialState = tensorOf(kept, {H}, 16), factors = tensorOf(peepholes, {3 * H}, 16);
  reference::QrecurrentOperands operands = {&weight, &biases, &ms, &ns, &first, &second};
  if (INITIAL)
    operands.initialH = &initialH, operands.initialState = &initialState;
  if (PF >= 0)
    operands.peepholes = &factors;
  auto y = reference::qrecurrent(tensorOf(x, {FRAMES, T, ROWS}, 9), operands,
                                 {static_cast<reference::RecurrentKind>(KIND), GF, CF, HF, PF < 0 ? 0 : PF, COUPLED, RESET_FIRST, false, LAST != 0},
                                 reference::ElementType::integer(8, true));
  ASSERT_TRUE(y.ok()) << y.message();
  EXPECT_EQ((drain<Code, PE>(out)), y->integers());
}

TEST(Recurrent, LstmAsTheReference) {
  check<RecurrentKind::lstm, 6, 4, 2, 3, 0, 5, 11, 7>();
  check<RecurrentKind::lstm, 4, 3, 4, 2, 1, 5, 15, 9>();
}

TEST(Recurrent, GruAsTheReference) {
  check<RecurrentKind::gru, 6, 4, 3, 2, 0, 5, 5, 7>();
  check<RecurrentKind::gru, 4, 3, 1, 4, 1, 5, 5, 15>();
}

TEST(Recurrent, PeepholesAndCoupledGatesAsTheReference) {
  check<RecurrentKind::lstm, 6, 4, 2, 3, 0, 5, 11, 7>(More<12>());
  check<RecurrentKind::lstm, 4, 3, 4, 2, 1, 5, 8, 9>(More<15, false, false, true>());
  check<RecurrentKind::lstm, 4, 5, 2, 2, 0, 5, 5, 7>(More<0, true>());
  check<RecurrentKind::lstm, 4, 5, 1, 4, 0, 5, 11, 7>(More<-1, true, false, true>());
}

TEST(Recurrent, ResetBeforeTheProductAsTheReference) {
  check<RecurrentKind::gru, 6, 4, 3, 2, 0, 5, 5, 7>(More<-1, false, true>());
  check<RecurrentKind::gru, 4, 3, 1, 4, 1, 5, 5, 15>(More<-1, false, true, true>());
}

TEST(Recurrent, InitialStatesAsTheReference) {
  check<RecurrentKind::gru, 4, 3, 2, 2, 0, 5, 5, 7>(More<-1, false, false, true>());
  check<RecurrentKind::rnn, 4, 3, 2, 2, 0, 5, 5, 7>(More<-1, false, false, true>());
}

TEST(Recurrent, RnnAsTheReference) { check<RecurrentKind::rnn, 6, 4, 6, 6, 0, 5, 5, 7>(); }

} // namespace
