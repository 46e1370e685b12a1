// The examples of what --nn-partition leaves, which the backends' tests share, stay valid.
// RUN: weft-opt %S/Inputs/mlp-core.mlir | FileCheck %s
// RUN: weft-opt %S/Inputs/cnn-core.mlir | FileCheck %s
// CHECK: func.func @main
// CHECK: call @core
// CHECK: func.func @core
