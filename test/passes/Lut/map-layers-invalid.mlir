// RUN: weft-opt %s --lut-map-layers -split-input-file -verify-diagnostics

func.func @core(%x: tensor<?x4xui8>) -> tensor<?x1xi14> {
  %w = nn.constant dense<[[1, 0, -2, 7]]> : tensor<1x4xi4>
  %b = nn.constant dense<[4]> : tensor<1xi14>
  // expected-error @below {{cannot become tables: neuron 0 of layer 'fc' has 24 input bits and 40 product bits, expected at most 12 or 8: prune it, give it fewer bits, or set products=40}}
  %y = nn.linear %x, %w, %b {nn.name = "fc", lut.map = {bits = 12, products = 8, required}} : tensor<?x4xui8>, tensor<1x4xi4>, tensor<1xi14> -> tensor<?x1xi14>
  return %y : tensor<?x1xi14>
}

// -----

func.func @core(%x: tensor<?x2xui8>) -> tensor<?x1xi14> {
  %w = nn.constant dense<[[1, -2]]> : tensor<1x2xi4>
  %b = nn.constant dense<[4]> : tensor<1xi14>
  // expected-remark @below {{stays as it is: neuron 0 of layer 'fc' has 16 input bits and 16 product bits, expected at most 12 or 8: prune it, give it fewer bits, or set bits=16}}
  %y = nn.linear %x, %w, %b {nn.name = "fc", lut.map = {bits = 12, products = 8}} : tensor<?x2xui8>, tensor<1x2xi4>, tensor<1xi14> -> tensor<?x1xi14>
  return %y : tensor<?x1xi14>
}

// -----

// Weights of several bits are multiplied, unless the recipe names the layer.
func.func @core(%x: tensor<?x6xui8>) -> tensor<?x1xi19> {
  %w = nn.constant dense<127> : tensor<1x6xi8>
  %b = nn.constant dense<[4]> : tensor<1xi19>
  // expected-remark @below {{stays as it is: neuron 0 of layer 'fc' has weights of several bits and 336 product bits, more than 256: multipliers take fewer tables; prune it, give it fewer bits, or name the layer}}
  %y = nn.linear %x, %w, %b {nn.name = "fc", lut.map = {bits = 12}} : tensor<?x6xui8>, tensor<1x6xi8>, tensor<1xi19> -> tensor<?x1xi19>
  return %y : tensor<?x1xi19>
}

// -----

func.func @core(%x: tensor<?x2xui1>, %b: tensor<1xi4>) -> tensor<?x1xi4> {
  %w = nn.constant dense<[[1, -2]]> : tensor<1x2xi4>
  // expected-error @below {{cannot become tables: layer 'fc' is no linear layer of integers with constant weights over [N, K]}}
  %y = nn.linear %x, %w, %b {nn.name = "fc", lut.map = {required}} : tensor<?x2xui1>, tensor<1x2xi4>, tensor<1xi4> -> tensor<?x1xi4>
  return %y : tensor<?x1xi4>
}

// -----

func.func @core(%x: tensor<?x2xui16>) -> tensor<?x1xi34> {
  %w = nn.constant dense<[[1, 30000]]> : tensor<1x2xi16>
  %b = nn.constant dense<[0]> : tensor<1xi34>
  // expected-error @below {{neuron 0 of layer 'fc' has 1966115536 different sums, expected at most 1048576}}
  %y = nn.linear %x, %w, %b {nn.name = "fc", lut.map = {required}} : tensor<?x2xui16>, tensor<1x2xi16>, tensor<1xi34> -> tensor<?x1xi34>
  return %y : tensor<?x1xi34>
}

// -----

func.func @core(%x: tensor<?x2xui1>) -> tensor<?x1xi4> {
  %w = nn.constant dense<[[1, -2]]> : tensor<1x2xi4>
  %b = nn.constant dense<[0]> : tensor<1xi4>
  // expected-error @below {{tool is 'espresso', expected auto, abc or none}}
  %y = nn.linear %x, %w, %b {nn.name = "fc", lut.map = {tool = "espresso"}} : tensor<?x2xui1>, tensor<1x2xi4>, tensor<1xi4> -> tensor<?x1xi4>
  return %y : tensor<?x1xi4>
}
