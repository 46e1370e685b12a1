//===- AdderTreeTest.cpp - sums by counters, and that wrong ones are found -----------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Lut/Algorithms/AdderTree.h"
#include "Random.h"
#include "passes/Lut/Algorithms/Proof.h"

using namespace weft::lut;
using namespace weft::lut::test;

namespace {
struct Sum {
  LutNetwork network;
  SumCertificate certificate;
};

Sum sumOf(const Layer &layer, const Neuron &neuron, int arity) {
  NetworkBuilder builder(layer.elements * layer.bits);
  std::vector<int32_t> inputs;
  for (int32_t i = 0; i < layer.elements * layer.bits; ++i)
    inputs.push_back(i);
  Sum sum;
  sum.certificate = addSum(builder, layer, neuron, inputs, arity);
  const std::vector<int32_t> outputs = addCode(builder, layer, neuron, sum.certificate, arity);
  sum.network = builder.peek();
  sum.network.outputs = outputs;
  return sum;
}

TEST(AdderTreeTest, equalsTheNeuronForAllInputs) {
  std::mt19937_64 random(13);
  for (int arity : {4, 6})
    for (int bits : {1, 2, 3})
      for (int64_t greatest : {1, 5, 31}) {
        const Layer layer = randomLayer(random, 8, bits, 1, bits == 3 ? 4 : 5, greatest, 2);
        const Sum sum = sumOf(layer, layer.neurons[0], arity);
        auto compared = proveByEnumeration(sum.network, sum.network.outputs, layer, layer.neurons[0]);
        ASSERT_TRUE(compared) << compared.message();
        auto certified = proveBySum(sum.network, sum.network.outputs, sum.certificate, layer, layer.neurons[0]);
        EXPECT_TRUE(certified) << certified.message();
      }
}

TEST(AdderTreeTest, binaryNeuronOf200Inputs) {
  std::mt19937_64 random(17);
  const Layer layer = randomLayer(random, 200, 1, 1, 200, 1, 1);
  const Neuron &neuron = layer.neurons[0];
  const Sum sum = sumOf(layer, neuron, 6);
  auto certified = proveBySum(sum.network, sum.network.outputs, sum.certificate, layer, neuron);
  ASSERT_TRUE(certified) << certified.message();
  EXPECT_LE(sum.network.tables.size(), 320u); // one table per input, and an inverter for each weight of -1
  for (int trial = 0; trial < 200; ++trial) {
    std::vector<int64_t> x(200);
    for (int64_t &v : x)
      v = random() & 1;
    ASSERT_EQ(sum.network.evaluate(test::bitsOf(x, 1))[0], test::evaluateNaively(layer, x)[0]);
  }
}

TEST(AdderTreeTest, wrongCertificatesAreFound) {
  std::mt19937_64 random(19);
  const Layer layer = randomLayer(random, 30, 1, 1, 30, 3, 2);
  const Neuron &neuron = layer.neurons[0];
  const Sum good = sumOf(layer, neuron, 6);
  auto message = [&](auto change) {
    Sum bad = good;
    Neuron other = neuron;
    change(bad, other);
    auto proved = proveBySum(bad.network, bad.network.outputs, bad.certificate, layer, other);
    return proved ? std::string() : proved.message();
  };
  EXPECT_EQ(message([](Sum &, Neuron &) {}), "");
  EXPECT_NE(message([](Sum &, Neuron &n) { n.weights[3] += 1; }).find("too much to the sum"), std::string::npos);
  EXPECT_NE(message([](Sum &, Neuron &n) { n.bias += 1; }).find("the sum of zeros is"), std::string::npos);
  EXPECT_NE(message([](Sum &s, Neuron &) { s.certificate.columns[0].pop_back(); }), "");
  EXPECT_NE(message([](Sum &s, Neuron &) { s.certificate.compressors.pop_back(); }), "");
  EXPECT_NE(message([](Sum &s, Neuron &) { std::swap(s.certificate.sum[0], s.certificate.sum[1]); }), "");
  EXPECT_NE(message([](Sum &, Neuron &n) { n.codes.back() ^= 1; }).find("gives code bits"), std::string::npos);
  EXPECT_NE(message([](Sum &s, Neuron &) {
              const int32_t output = s.certificate.compressors[0].outputs[0];
              s.network.tables[output - s.network.inputs].truth ^= 1;
            }).find("counts"),
            std::string::npos);
}
} // namespace
