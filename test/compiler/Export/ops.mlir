// RUN: weft-translate --export-onnx %s -o %t.onnx && weft-translate --import-onnx %t.onnx > %t.mlir && FileCheck %s --input-file=%t.mlir
// Every operator that the importer makes comes back as it was.

// CHECK: func.func @main(%arg0: tensor<?x2x6x6xf32> {nn.name = "x"}, %arg1: tensor<?x4xf32> {nn.name = "v"}, %arg2: tensor<?xi64> {nn.name = "i"})
// CHECK-SAME: {nn.name = "image"}
func.func @main(%x: tensor<?x2x6x6xf32> {nn.name = "x"}, %v: tensor<?x4xf32> {nn.name = "v"}, %i: tensor<?xi64> {nn.name = "i"})
    -> (tensor<?x2x8x6xf32> {nn.name = "image"}, tensor<?x4xf32> {nn.name = "list"}, tensor<?xi64> {nn.name = "index"}, tensor<?x4xf32> {nn.name = "row"}) {
  // CHECK-DAG: nn.constant {nn.name = "conv.w"} dense_resource<conv.w> : tensor<2x2x3x3xf32>
  %cw = nn.constant {nn.name = "conv.w"} dense_resource<conv.w> : tensor<2x2x3x3xf32>
  %cb = nn.constant {nn.name = "conv.b"} dense<[1.0, 2.0]> : tensor<2xf32>
  // CHECK: nn.conv %arg0, {{.*}} {dilations = array<i64: 2, 1>, groups = 1 : i64, nn.name = "conv"{{.*}}, pads_begin = array<i64: 2, 1>, pads_end = array<i64: 2, 1>, strides = array<i64: 1, 1>}
  %c = nn.conv %x, %cw, %cb {dilations = array<i64: 2, 1>, groups = 1 : i64, nn.name = "conv", pads_begin = array<i64: 2, 1>, pads_end = array<i64: 2, 1>, strides = array<i64: 1, 1>}
    : tensor<?x2x6x6xf32>, tensor<2x2x3x3xf32>, tensor<2xf32> -> tensor<?x2x6x6xf32>
  // CHECK: nn.pool max {{.*}} {{.*}}kernel = array<i64: 3, 3>, nn.name = "max"
  %p = nn.pool max %c {dilations = array<i64: 1, 1>, kernel = array<i64: 3, 3>, nn.name = "max", pads_begin = array<i64: 1, 1>, pads_end = array<i64: 1, 1>, strides = array<i64: 1, 1>}
    : tensor<?x2x6x6xf32> -> tensor<?x2x6x6xf32>
  // CHECK: nn.pool average {{.*}} {count_include_pad = true
  %a = nn.pool average %p {count_include_pad = true, dilations = array<i64: 1, 1>, kernel = array<i64: 3, 3>, nn.name = "mean", pads_begin = array<i64: 1, 1>, pads_end = array<i64: 1, 1>, strides = array<i64: 1, 1>}
    : tensor<?x2x6x6xf32> -> tensor<?x2x6x6xf32>
  // CHECK: nn.unary leaky_relu {{.*}} {alpha = 0.10000000149011612
  %u0 = nn.unary leaky_relu %a {alpha = 0.100000001490116119384765625, nn.name = "leaky"} : tensor<?x2x6x6xf32> -> tensor<?x2x6x6xf32>
  // CHECK: nn.unary hard_sigmoid {{.*}} {alpha = 2.500000e-01 : f64, beta = 5.000000e-01 : f64
  %u1 = nn.unary hard_sigmoid %u0 {alpha = 0.25, beta = 0.5, nn.name = "hard"} : tensor<?x2x6x6xf32> -> tensor<?x2x6x6xf32>
  // CHECK: nn.unary gelu {{.*}} {alpha = 1.000000e+00
  %u2 = nn.unary gelu %u1 {alpha = 1.0, nn.name = "gelu"} : tensor<?x2x6x6xf32> -> tensor<?x2x6x6xf32>
  // CHECK: nn.unary selu {{.*}} {alpha = 1.500000e+00 : f64, beta = 1.250000e+00 : f64
  %u3 = nn.unary selu %u2 {alpha = 1.5, beta = 1.25, nn.name = "selu"} : tensor<?x2x6x6xf32> -> tensor<?x2x6x6xf32>
  // CHECK: nn.clip {{.*}} {max = 0x7FF0000000000000 : f64, min = -1.000000e+00 : f64
  %u4 = nn.clip %u3 {max = 0x7FF0000000000000 : f64, min = -1.0 : f64, nn.name = "low"} : tensor<?x2x6x6xf32> -> tensor<?x2x6x6xf32>
  // CHECK: nn.clip {{.*}} {max = 6.000000e+00 : f64, min = 0xFFF0000000000000 : f64
  %u5 = nn.clip %u4 {max = 6.0 : f64, min = 0xFFF0000000000000 : f64, nn.name = "high"} : tensor<?x2x6x6xf32> -> tensor<?x2x6x6xf32>
  // CHECK: nn.transpose {{.*}} {nn.name = "t", perm = array<i64: 0, 1, 3, 2>}
  %t = nn.transpose %u5 {nn.name = "t", perm = array<i64: 0, 1, 3, 2>} : tensor<?x2x6x6xf32> -> tensor<?x2x6x6xf32>
  // CHECK: nn.slice {{.*}} {nn.name = "back", sizes = array<i64: -1, 2, 3, 6>, starts = array<i64: 0, 0, 5, 0>, steps = array<i64: 1, 1, -2, 1>}
  %s = nn.slice %t {nn.name = "back", sizes = array<i64: -1, 2, 3, 6>, starts = array<i64: 0, 0, 5, 0>, steps = array<i64: 1, 1, -2, 1>} : tensor<?x2x6x6xf32> -> tensor<?x2x3x6xf32>
  // CHECK: nn.pad {{.*}} {high = array<i64: 0, 0, 1, 0>, low = array<i64: 0, 0, 1, 0>, mode = 1 : i32
  %pd = nn.pad %s {high = array<i64: 0, 0, 1, 0>, low = array<i64: 0, 0, 1, 0>, mode = 1 : i32, nn.name = "reflect"} : tensor<?x2x3x6xf32> -> tensor<?x2x5x6xf32>
  // CHECK: nn.pad {{.*}} value = 5.000000e-01 : f64
  %pe = nn.pad %s {high = array<i64: 0, 0, 0, 1>, low = array<i64: 0, 0, 0, 0>, nn.name = "zeros", value = 0.5} : tensor<?x2x3x6xf32> -> tensor<?x2x3x7xf32>
  // CHECK: nn.concat {{.*}} {axis = 2 : i64, nn.name = "join"}
  %pf = nn.slice %pe {nn.name = "cut", sizes = array<i64: -1, 2, 3, 6>, starts = array<i64: 0, 0, 0, 1>, steps = array<i64: 1, 1, 1, 1>} : tensor<?x2x3x7xf32> -> tensor<?x2x3x6xf32>
  %j = nn.concat %pd, %pf {axis = 2 : i64, nn.name = "join"} : tensor<?x2x5x6xf32>, tensor<?x2x3x6xf32> -> tensor<?x2x8x6xf32>
  // CHECK: nn.softmax {{.*}} {axis = 2 : i64, log = true
  %sm = nn.softmax %j {axis = 2 : i64, log = true, nn.name = "soft"} : tensor<?x2x8x6xf32> -> tensor<?x2x8x6xf32>
  // CHECK: nn.reduce l2 {{.*}} {axes = array<i64: 1, 3>, keepdims = true
  %r = nn.reduce l2 %sm {axes = array<i64: 1, 3>, keepdims = true, nn.name = "norm"} : tensor<?x2x8x6xf32> -> tensor<?x1x8x1xf32>
  // CHECK: nn.binary div
  %d = nn.binary div %sm, %r {nn.name = "div"} : tensor<?x2x8x6xf32>, tensor<?x1x8x1xf32> -> tensor<?x2x8x6xf32>
  // CHECK: nn.broadcast {{.*}} {nn.name = "wide", shape = array<i64: -1, 2, 8, 6>}
  %wide = nn.broadcast %r {nn.name = "wide", shape = array<i64: -1, 2, 8, 6>} : tensor<?x1x8x1xf32> -> tensor<?x2x8x6xf32>
  // CHECK: nn.binary greater
  %g = nn.binary greater %d, %wide {nn.name = "more"} : tensor<?x2x8x6xf32>, tensor<?x2x8x6xf32> -> tensor<?x2x8x6xi1>
  // CHECK: nn.select
  %sel = nn.select %g, %d, %wide {nn.name = "pick"} : tensor<?x2x8x6xi1>, tensor<?x2x8x6xf32>, tensor<?x2x8x6xf32> -> tensor<?x2x8x6xf32>

  %lw = nn.constant {nn.name = "fc.w"} dense_resource<fc.w> : tensor<4x4xf32>
  %lb = nn.constant {nn.name = "fc.b"} dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>
  // CHECK: nn.linear %arg1, %{{.*}}, %{{.*}} {nn.name = "fc"} : tensor<?x4xf32>, tensor<4x4xf32>, tensor<4xf32>
  %l = nn.linear %v, %lw, %lb {nn.name = "fc"} : tensor<?x4xf32>, tensor<4x4xf32>, tensor<4xf32> -> tensor<?x4xf32>
  // CHECK: nn.reshape {{.*}} {nn.name = "square", shape = array<i64: -1, 2, 2>}
  %sq = nn.reshape %l {nn.name = "square", shape = array<i64: -1, 2, 2>} : tensor<?x4xf32> -> tensor<?x2x2xf32>
  // CHECK: nn.matmul
  %m = nn.matmul %sq, %sq {nn.name = "product"} : tensor<?x2x2xf32>, tensor<?x2x2xf32> -> tensor<?x2x2xf32>
  %kw = nn.constant {nn.name = "rows.w"} dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %kb = nn.constant {nn.name = "rows.b"} dense<[5.0, 6.0]> : tensor<2xf32>
  // A linear layer on more than two dimensions.
  // CHECK: nn.linear {{.*}} {nn.name = "rows"} : tensor<?x2x2xf32>, tensor<2x2xf32>, tensor<2xf32> -> tensor<?x2x2xf32>
  %k = nn.linear %m, %kw, %kb {nn.name = "rows"} : tensor<?x2x2xf32>, tensor<2x2xf32>, tensor<2xf32> -> tensor<?x2x2xf32>
  %flat = nn.reshape %k {nn.name = "flat", shape = array<i64: -1, 4>} : tensor<?x2x2xf32> -> tensor<?x4xf32>
  // CHECK: nn.arg_reduce {{.*}} {axis = 1 : i64, is_max = true, keepdims = false, nn.name = "class", select_last = false}
  %am = nn.arg_reduce %flat {axis = 1 : i64, is_max = true, keepdims = false, nn.name = "class", select_last = false} : tensor<?x4xf32> -> tensor<?xi64>
  // CHECK: nn.cast {{.*}} : tensor<?xi64> -> tensor<?xi32>
  %ci = nn.cast %am {nn.name = "narrow"} : tensor<?xi64> -> tensor<?xi32>
  %c2 = nn.cast %ci {nn.name = "widen"} : tensor<?xi32> -> tensor<?xi64>
  %table = nn.constant {nn.name = "table"} dense<[[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]]> : tensor<2x4xf32>
  // CHECK: nn.gather {{.*}} {axis = 0 : i64, nn.name = "row"}
  %ga = nn.gather %table, %i {axis = 0 : i64, nn.name = "row"} : tensor<2x4xf32>, tensor<?xi64> -> tensor<?x4xf32>
  return %sel, %flat, %c2, %ga : tensor<?x2x8x6xf32>, tensor<?x4xf32>, tensor<?xi64>, tensor<?x4xf32>
}

{-#
  dialect_resources: {
    builtin: {
      conv.w: "0x04000000000000C00000F0BF0000E0BF0000D0BF0000C0BF0000B0BF0000A0BF000090BF000080BF000060BF000040BF000020BF000000BF0000C0BE000080BE000000BE000000000000003E0000803E0000C03E0000003F0000203F0000403F0000603F0000803F0000903F0000A03F0000B03F0000C03F0000D03F0000E03F0000F03F00000040000008400000104000001840",
      fc.w: "0x04000000000000C00000E0BF0000C0BF0000A0BF000080BF000040BF000000BF000080BE000000000000803E0000003F0000403F0000803F0000A03F0000C03F0000E03F"
    }
  }
#-}
