//===- MapNetwork.cpp - consecutive integer layers to one netlist --------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Lut/Algorithms/MapNetwork.h"

#include "passes/Lut/Algorithms/Abc.h"
#include "passes/Lut/Algorithms/Decompose.h"
#include "passes/Lut/Algorithms/Proof.h"

using namespace weft::reference;

namespace weft::lut {

namespace {

/// A neuron as a network of its own over the layer's input bits.
struct MappedNeuron {
  LutNetwork network;
  std::optional<SumCertificate> sum;
};

std::vector<int32_t> inputSignals(const Layer &layer) {
  std::vector<int32_t> inputs;
  for (int32_t i = 0; i < layer.elements * layer.bits; ++i)
    inputs.push_back(i);
  return inputs;
}

MappedNeuron mapByTable(const Layer &layer, const Neuron &neuron, int arity) {
  NetworkBuilder builder(layer.elements * layer.bits);
  const NeuronTables tables = tabulate(layer, neuron);
  return {builder.finish(decompose(builder, tables.bits, tables.care, tables.inputs, arity)), std::nullopt};
}

/// The tables of a sum are kept as they are added: the certificate names them.
MappedNeuron mapBySum(const Layer &layer, const Neuron &neuron, int arity) {
  NetworkBuilder builder(layer.elements * layer.bits);
  SumCertificate sum = addSum(builder, layer, neuron, inputSignals(layer), arity);
  const std::vector<int32_t> outputs = addCode(builder, layer, neuron, sum, arity);
  LutNetwork network = builder.peek();
  network.outputs = outputs;
  return {std::move(network), std::move(sum)};
}

MappedNeuron mapNeuron(const Layer &layer, size_t index, const MapOptions &options) {
  const Neuron &neuron = layer.neurons[index];
  const int64_t bits = layer.inputBits(neuron), products = productBits(layer, neuron);
  const bool byTable = bits <= options.tableBits, bySum = products <= options.productBits;
  std::optional<MappedNeuron> table, sum;
  if (byTable)
    table = mapByTable(layer, neuron, options.arity);
  if (bySum && bits > options.arity)
    sum = mapBySum(layer, neuron, options.arity);
  if (!sum || (table && table->network.tables.size() <= sum->network.tables.size()))
    return std::move(*table);
  return std::move(*sum);
}

/// ABC's network where it is smaller. `prove`: and where ABC proves it; else what follows compares every neuron.
void minimize(LutNetwork &network, const MapOptions &options, bool prove, MappedNetwork &mapped) {
  if (!options.abc)
    return;
  Result<LutNetwork> smaller = minimizeByAbc(network, options.arity, *options.abc);
  if (!smaller) {
    mapped.abcFailure = smaller.message();
    return;
  }
  if (smaller->tables.size() >= network.tables.size())
    return;
  if (Status equal = prove ? proveByAbc(network, *smaller, *options.abc) : done(); !equal)
    mapped.abcFailure = equal.message();
  else
    network = std::move(*smaller);
}

Error notProved(const Layer &layer, size_t index, const std::string &why) {
  return error("neuron ", index, " of layer '", layer.name, "' is not proved: ", why);
}

/// Neurons of few inputs in the finished network of their layer.
Status proveByEnumeration(const LutNetwork &network, const Layer &layer, LayerProof &proof) {
  for (size_t n = 0; n < layer.neurons.size(); ++n) {
    if (layer.inputBits(layer.neurons[n]) > TruthTable::kMaxVariables)
      continue;
    const std::vector<int32_t> outputs(network.outputs.begin() + n * layer.resultBits,
                                       network.outputs.begin() + (n + 1) * layer.resultBits);
    Result<uint64_t> compared = lut::proveByEnumeration(network, outputs, layer, layer.neurons[n]);
    if (!compared)
      return notProved(layer, n, compared.message());
    ++proof.enumerated;
    proof.combinations += *compared;
  }
  return done();
}

Result<LutNetwork> mapLayer(const Layer &layer, const MapOptions &options, MappedNetwork &mapped) {
  NetworkBuilder builder(layer.elements * layer.bits, /*absorbInverters=*/true);
  std::vector<int32_t> outputs;
  LayerProof proof;
  proof.name = layer.name;
  for (size_t n = 0; n < layer.neurons.size(); ++n) {
    const MappedNeuron neuron = mapNeuron(layer, n, options);
    if (layer.inputBits(layer.neurons[n]) > TruthTable::kMaxVariables) {
      Status proved = proveBySum(neuron.network, neuron.network.outputs, *neuron.sum, layer, layer.neurons[n]);
      if (!proved)
        return notProved(layer, n, proved.message());
      ++proof.summed;
    }
    for (int32_t output : builder.append(neuron.network, inputSignals(layer)))
      outputs.push_back(output);
  }
  LutNetwork network = builder.finish(outputs);
  mapped.builtInTables += static_cast<int64_t>(network.tables.size());
  minimize(network, options, /*prove=*/proof.summed > 0, mapped);
  if (Status proved = proveByEnumeration(network, layer, proof); !proved)
    return proved.failure();
  mapped.layers.push_back(std::move(proof));
  return network;
}

} // namespace

Status checkLayer(const Layer &layer, const MapOptions &options) {
  for (size_t n = 0; n < layer.neurons.size(); ++n) {
    const int64_t bits = layer.inputBits(layer.neurons[n]), products = productBits(layer, layer.neurons[n]);
    if (bits > options.tableBits && products > options.productBits)
      return error("neuron ", n, " of layer '", layer.name, "' has ", bits, " input bits and ", products,
                   " product bits, expected at most ", options.tableBits, " or ", options.productBits,
                   ": prune it, give it fewer bits, or set ",
                   bits <= TruthTable::kMaxVariables ? error("bits=", bits).message : error("products=", products).message);
    if (bits > options.tableBits && products > bits && products > options.multipliedBits)
      return error("neuron ", n, " of layer '", layer.name, "' has weights of several bits and ", products, " product bits, more than ",
                   options.multipliedBits, ": multipliers take fewer tables; prune it, give it fewer bits, or name the layer to map it all the same");
  }
  return done();
}

Result<MappedNetwork> mapNetwork(const std::vector<Layer> &layers, const MapOptions &options) {
  MappedNetwork mapped;
  NetworkBuilder builder(layers.front().elements * layers.front().bits, /*absorbInverters=*/true);
  std::vector<int32_t> signals = inputSignals(layers.front());
  for (const Layer &layer : layers) {
    if (Status fits = checkLayer(layer, options); !fits)
      return fits.failure();
    Result<LutNetwork> network = mapLayer(layer, options, mapped);
    if (!network)
      return network.failure();
    signals = builder.append(*network, signals);
  }
  mapped.network = builder.finish(signals);
  // Once more across layers: what one layer never gives is a don't care of the next.
  if (layers.size() > 1)
    minimize(mapped.network, options, /*prove=*/true, mapped);
  return mapped;
}

} // namespace weft::lut
