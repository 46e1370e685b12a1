// RUN: weft-translate --export-onnx %s -o %t.onnx && weft-translate --import-onnx %t.onnx > %t.mlir && FileCheck %s --input-file=%t.mlir
// RUN: weft export %s -o %t.dense.onnx --force --materialize | FileCheck %s --check-prefix=DENSE
// RUN: weft-translate --import-onnx %t.dense.onnx | FileCheck %s --check-prefix=NOCODEC
// The same bits: the weights of what comes back, and those of the original.
// RUN: weft run %s -i %S/Inputs/x8.npy --with=reference -o %t.1 -q && weft run %t.onnx -i %S/Inputs/x8.npy --with=reference -o %t.2 -q && diff -r %t.1 %t.2
// Compressed weights are compressed in ONNX, and what they were when they come back.
// DENSE: one: cluster{k=16} is written dense
// NOCODEC-NOT: codec.

// CHECK-DAG: codec.lookup %{{.*}}, %{{.*}} {nn.name = "one.weight"} : tensor<16x8xui4>, tensor<1x16xf32> -> tensor<16x8xf32>
// CHECK-DAG: codec.lookup %{{.*}}, %{{.*}} : tensor<8x16xui2>, tensor<4x4xf32> -> tensor<8x16xf32>
// CHECK-DAG: codec.scatter %{{.*}}, %{{.*}} : tensor<23xf32>, tensor<3x25xui1> -> tensor<3x25xf32>
// CHECK-DAG: codec.lookup %{{.*}}, %{{.*}} {nn.name = "picked.weight.codes"} : tensor<12xui1>, tensor<1x2xf32> -> tensor<12xf32>
// CHECK-DAG: codec.scatter %{{.*}}, %{{.*}} : tensor<12xf32>, tensor<2x8xui1> -> tensor<2x8xf32>
// Widths that ONNX lacks come back too.
// CHECK-DAG: nn.dequantize %{{.*}} : tensor<2x8xi3>, tensor<f32>, tensor<i3> -> tensor<2x8xf32>
// CHECK-DAG: codec.lookup %{{.*}}, %{{.*}} : tensor<2x8xui1>, tensor<1x2xi5> -> tensor<2x8xi5>
// CHECK-DAG: nn.quantize %{{.*}} : tensor<?x2xf32>, tensor<f32>, tensor<ui3> -> tensor<?x2xui3>
// CHECK-DAG: nn.quantize %{{.*}} : tensor<?x2xf32>, tensor<f32>, tensor<i11> -> tensor<?x2xi11>
// CHECK-DAG: nn.dequantize %{{.*}} : tensor<2xi20>, tensor<2xf32>, tensor<2xi20>
func.func @main(%x: tensor<?x8xf32> {nn.name = "x"}) -> (tensor<?x3xf32> {nn.name = "y"}, tensor<?x2xf32> {nn.name = "z"}) {
  %codes = nn.constant dense_resource<codes> : tensor<16x8xui4>
  %book = nn.constant dense<[[-3.000, -2.938, -2.750, -2.438, -2.000, -1.438, -0.750, 0.062, 1.000, 2.062, 3.250, 4.562, 6.000, 7.562, 9.250, 11.062]]> : tensor<1x16xf32>
  %w = codec.lookup %codes, %book : tensor<16x8xui4>, tensor<1x16xf32> -> tensor<16x8xf32>
  %b = nn.constant dense<0.0> : tensor<16xf32>
  %y = nn.linear %x, %w, %b {nn.name = "one"} : tensor<?x8xf32>, tensor<16x8xf32>, tensor<16xf32> -> tensor<?x16xf32>
  %codes2 = nn.constant dense_resource<codes2> : tensor<8x16xui2>
  %books = nn.constant dense<[[-1.0, 0.25, 0.5, 1.0], [2.0, 3.0, 4.0, 5.0], [0.0, 0.5, 1.5, 2.5], [-4.0, -3.0, -2.0, -1.0]]> : tensor<4x4xf32>
  %w2 = codec.lookup %codes2, %books : tensor<8x16xui2>, tensor<4x4xf32> -> tensor<8x16xf32>
  %b2 = nn.constant dense<0.0> : tensor<8xf32>
  %y2 = nn.linear %y, %w2, %b2 {nn.name = "groups"} : tensor<?x16xf32>, tensor<8x16xf32>, tensor<8xf32> -> tensor<?x8xf32>
  // A mask whose size is no multiple of 8, of a linear layer on three dimensions.
  %pick = nn.constant {nn.name = "wide.weight"} dense_resource<wide> : tensor<25x8xf32>
  %b3 = nn.constant dense<0.0> : tensor<25xf32>
  %wide = nn.linear %y2, %pick, %b3 {nn.name = "wide"} : tensor<?x8xf32>, tensor<25x8xf32>, tensor<25xf32> -> tensor<?x25xf32>
  %cube = nn.reshape %wide {nn.name = "cube", shape = array<i64: -1, 1, 25>} : tensor<?x25xf32> -> tensor<?x1x25xf32>
  %values = nn.constant dense_resource<values> : tensor<23xf32>
  %mask = nn.constant dense_resource<mask> : tensor<3x25xui1>
  %w4 = codec.scatter %values, %mask : tensor<23xf32>, tensor<3x25xui1> -> tensor<3x25xf32>
  %b4 = nn.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %y4 = nn.linear %cube, %w4, %b4 {nn.name = "sparse"} : tensor<?x1x25xf32>, tensor<3x25xf32>, tensor<3xf32> -> tensor<?x1x3xf32>
  %y5 = nn.reshape %y4 {nn.name = "list", shape = array<i64: -1, 3>} : tensor<?x1x3xf32> -> tensor<?x3xf32>
  // Values that are clustered.
  %c6 = nn.constant dense<[0, 1, 1, 0, 0, 1, 1, 1, 0, 1, 0, 1]> : tensor<12xui1>
  %k6 = nn.constant dense<[[-0.5, 0.75]]> : tensor<1x2xf32>
  %v6 = codec.lookup %c6, %k6 {nn.name = "picked.weight.codes"} : tensor<12xui1>, tensor<1x2xf32> -> tensor<12xf32>
  %m6 = nn.constant dense<[[1, 1, 0, 1, 1, 0, 1, 1], [1, 0, 1, 1, 1, 1, 1, 0]]> : tensor<2x8xui1>
  %w6 = codec.scatter %v6, %m6 : tensor<12xf32>, tensor<2x8xui1> -> tensor<2x8xf32>
  %b6 = nn.constant dense<0.0> : tensor<2xf32>
  %y6 = nn.linear %x, %w6, %b6 {nn.name = "picked"} : tensor<?x8xf32>, tensor<2x8xf32>, tensor<2xf32> -> tensor<?x2xf32>
  // Integers of 3, 5, 11 and 20 bits.
  %s = nn.constant dense<0.125> : tensor<f32>
  %q7 = nn.constant dense<[[-3, 2, 1, 0, 3, -1, -2, 0], [1, 1, -3, 3, 2, 0, -4, -1]]> : tensor<2x8xi3>
  %z7 = nn.constant dense<0> : tensor<i3>
  %w7 = nn.dequantize %q7, %s, %z7 : tensor<2x8xi3>, tensor<f32>, tensor<i3> -> tensor<2x8xf32>
  %q9 = nn.constant dense<[100000, -300000]> : tensor<2xi20>
  %s9 = nn.constant dense<[0.00001, 0.00002]> : tensor<2xf32>
  %z9 = nn.constant dense<0> : tensor<2xi20>
  %b7 = nn.dequantize %q9, %s9, %z9 : tensor<2xi20>, tensor<2xf32>, tensor<2xi20> -> tensor<2xf32>
  %y7 = nn.linear %x, %w7, %b7 {nn.name = "three"} : tensor<?x8xf32>, tensor<2x8xf32>, tensor<2xf32> -> tensor<?x2xf32>
  %z3 = nn.constant dense<2> : tensor<ui3>
  %a7 = nn.quantize %y7, %s, %z3 {nn.name = "three.quantize"} : tensor<?x2xf32>, tensor<f32>, tensor<ui3> -> tensor<?x2xui3>
  %r7 = nn.dequantize %a7, %s, %z3 {nn.name = "three.dequantize"} : tensor<?x2xui3>, tensor<f32>, tensor<ui3> -> tensor<?x2xf32>
  %c8 = nn.constant dense<[[0, 1, 1, 0, 0, 1, 1, 1], [0, 1, 0, 1, 0, 0, 1, 1]]> : tensor<2x8xui1>
  %k8 = nn.constant dense<[[-11, 15]]> : tensor<1x2xi5>
  %q8 = codec.lookup %c8, %k8 : tensor<2x8xui1>, tensor<1x2xi5> -> tensor<2x8xi5>
  %z8 = nn.constant dense<0> : tensor<i5>
  %w8 = nn.dequantize %q8, %s, %z8 : tensor<2x8xi5>, tensor<f32>, tensor<i5> -> tensor<2x8xf32>
  %y8 = nn.linear %x, %w8, %b6 {nn.name = "five"} : tensor<?x8xf32>, tensor<2x8xf32>, tensor<2xf32> -> tensor<?x2xf32>
  %s11 = nn.constant dense<0.001> : tensor<f32>
  %z11 = nn.constant dense<5> : tensor<i11>
  %a8 = nn.quantize %y8, %s11, %z11 {nn.name = "five.quantize"} : tensor<?x2xf32>, tensor<f32>, tensor<i11> -> tensor<?x2xi11>
  %r8 = nn.dequantize %a8, %s11, %z11 {nn.name = "five.dequantize"} : tensor<?x2xi11>, tensor<f32>, tensor<i11> -> tensor<?x2xf32>
  %sum = nn.binary add %r7, %r8 {nn.name = "sum"} : tensor<?x2xf32>, tensor<?x2xf32> -> tensor<?x2xf32>
  %out = nn.binary add %sum, %y6 {nn.name = "out"} : tensor<?x2xf32>, tensor<?x2xf32> -> tensor<?x2xf32>
  return %y5, %out : tensor<?x3xf32>, tensor<?x2xf32>
}

{-#
  dialect_resources: {
    builtin: {
      codes: "0x0100000000070E050C040B020900080F060D040C030A010800070E050C040B020900080F060D040C030A010800070E050C040B020900080F060D040C030A010800070E050C040B020900080F060D040C030A010800070E050C040B020900080F060D040C030A010800070E050C040B020900080F060D040C030A010800070E050C040B02",
      codes2: "0x010000000003020100030202010003020100000302010003020201000302010000030201000302020100030201000003020100030202010003020100000302010003020201000302010000030201000302020100030201000003020100030202010003020100000302010003020201000302010000030201000302020100030201000003",
      mask: "0x01000000010000010000010000000100000100000100000001000001000001000000010000010000010000000100000100000100000001000001000001000000010000010000010000000100000100",
      values: "0x04000000000080BFB76D5BBF6EDB36BF254912BFB76DDBBE254992BE254912BE000000002549123E2549923EB76DDB3E2549123F6EDB363FB76D5B3F0000803F2549923F4992A43F6EDBB63F9224C93FB76DDB3FDBB6ED3F0000004092240940",
      wide: "0x04000000000080BFB81E85BE8FC2F53ECDCC4CBF8FC275BD7B142E3F9A9919BF295C0F3EAE47613FCDCCCCBE7B14AE3ED7A370BFCDCC4CBE713D0A3FA4703DBF00000000A4703D3F713D0ABFCDCC4C3ED7A3703F7B14AEBECDCCCC3EAE4761BF295C0FBE9A99193F7B142EBF8FC2753DCDCC4C3F8FC2F5BEB81E853E0000803F295C8FBE1F85EB3E85EB51BF0AD7A3BDC3F5283F52B81EBF8FC2F53DF6285C3F3D0AD7BE0AD7A33E8FC275BFAE4761BEB81E053F5C8F42BF0AD7A3BCEC51383F295C0FBFEC51383E1F856B3FEC51B8BE5C8FC23E666666BF0AD723BEE17A143F333333BF0AD7233D14AE473F000000BF8FC2753E48E17A3F9A9999BEAE47E13E3D0A57BFCDCCCCBD0AD7233F0AD723BFCDCCCC3D3D0A573FAE47E1BE9A99993E48E17ABF8FC275BE0000003F14AE47BF0AD723BD3333333FE17A14BF0AD7233E6666663F5C8FC2BEEC51B83E1F856BBFEC5138BE295C0F3FEC5138BF0AD7A33C5C8F423FB81E05BFAE47613E8FC2753F0AD7A3BE3D0AD73EF6285CBF8FC2F5BD52B81E3FC3F528BF0AD7A33D85EB513F1F85EBBE295C8F3E000080BFB81E85BE8FC2F53ECDCC4CBF8FC275BD7B142E3F9A9919BF295C0F3EAE47613FCDCCCCBE7B14AE3ED7A370BFCDCC4CBE713D0A3FA4703DBF00000000A4703D3F713D0ABFCDCC4C3ED7A3703F7B14AEBECDCCCC3EAE4761BF295C0FBE9A99193F7B142EBF8FC2753DCDCC4C3F8FC2F5BEB81E853E0000803F295C8FBE1F85EB3E85EB51BF0AD7A3BDC3F5283F52B81EBF8FC2F53DF6285C3F3D0AD7BE0AD7A33E8FC275BFAE4761BEB81E053F5C8F42BF0AD7A3BCEC51383F295C0FBFEC51383E1F856B3FEC51B8BE5C8FC23E666666BF0AD723BEE17A143F333333BF0AD7233D14AE473F000000BF8FC2753E48E17A3F9A9999BEAE47E13E3D0A57BFCDCCCCBD0AD7233F0AD723BFCDCCCC3D3D0A573FAE47E1BE9A99993E48E17ABF8FC275BE0000003F14AE47BF0AD723BD3333333FE17A14BF0AD7233E6666663F5C8FC2BEEC51B83E1F856BBFEC5138BE295C0F3FEC5138BF0AD7A33C5C8F423FB81E05BFAE47613E8FC2753F0AD7A3BE3D0AD73EF6285CBF8FC2F5BD52B81E3FC3F528BF0AD7A33D85EB513F"
    }
  }
#-}
