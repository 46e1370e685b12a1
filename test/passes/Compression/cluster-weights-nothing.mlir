// RUN: weft-opt %s --codec-cluster-weights -verify-diagnostics

// expected-error @below {{cluster: expected linear or convolution layers to compress, found none}}
func.func @nothing(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  return %x : tensor<?x2xf32>
}
