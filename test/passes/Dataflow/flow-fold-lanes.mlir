// Neighbours whose lanes have no common divisor keep what folding promised: a gearbox stands between them, the smallest that is fast enough.
// RUN: weft-opt --flow-fold="layers=a=8,b=5" --flow-insert-width %s | FileCheck %s
// RUN: weft-opt --flow-fold="layers=a=8,b=5" --flow-insert-width --flow-insert-fifos=cycles=40 --flow-report %s 2>&1 | FileCheck %s --check-prefix=REPORT
// RUN: weft-opt --flow-fold="layers=a=8,b=5" --flow-insert-width --flow-insert-fifos=cycles=20 --flow-report %s 2>&1 | FileCheck %s --check-prefix=LESS

// 200 elements in 40 cycles: 5 lanes or more.
// CHECK: flow.table {{.*}} -> <1x5x40xi8, 8>
// CHECK-NEXT: %[[W:.*]] = flow.width {{.*}} : <1x5x40xi8, 8> -> <1x5x40xi8, 5>
// CHECK-NEXT: flow.table %[[W]]
// A view of fewer channels than lanes takes more of them rather than a divisor that is too slow.
// CHECK: flow.width {{.*}} : <1x5x40xi8, 5> -> <1x5x40xi8, 8>
// CHECK: flow.view {{.*}} : <1x5x40xi8, 8> -> <1x25x8xi8, 8>
// REPORT-NOT: warning
// REPORT: "initiation_interval": 40
// LESS: warning: frames follow each other every 40 cycles, not every 20: 'b/width' needs 40; ask for 40, or for fewer until it holds
// LESS: "initiation_interval": 40
func.func @dataflow(%x: !flow.stream<1x5x40xi8, 1>) -> !flow.stream<1x25x8xi8, 1> {
  %t = nn.constant dense<1> : tensor<256xi8>
  %a = flow.table %x, %t {nn.name = "a"} : !flow.stream<1x5x40xi8, 1>, tensor<256xi8> -> !flow.stream<1x5x40xi8, 1>
  %b = flow.table %a, %t {nn.name = "b"} : !flow.stream<1x5x40xi8, 1>, tensor<256xi8> -> !flow.stream<1x5x40xi8, 1>
  %v = flow.view %b : !flow.stream<1x5x40xi8, 1> -> !flow.stream<1x25x8xi8, 1>
  return %v : !flow.stream<1x25x8xi8, 1>
}
