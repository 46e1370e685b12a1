//===- BoxSelection.h - the boxes that non-maximum suppression keeps ----*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_IMPORT_OPS_BOXSELECTION_H
#define COMPILER_IMPORT_OPS_BOXSELECTION_H

#include "compiler/Import/HostTensor.h"

namespace weft::import {

/// What ONNX NonMaxSuppression is told.
struct BoxSelection {
  /// Boxes are (x, y) of the centre, width, height; else two corners (y, x, y, x), in any order.
  bool centered = false;
  /// Boxes kept of a batch and class; the greatest intersection over union with a better one; the score to exceed.
  int64_t limit = 0;
  double overlap = 0, leastScore = 0;
};

/// (batch, class, box) of what is kept of boxes [batch, n, 4] and scores [batch, classes, n]: the best first, each that overlaps no
/// kept one too much.
llvm::SmallVector<int64_t> selectBoxes(const BoxSelection &selection, const HostTensor &boxes, const HostTensor &scores);

} // namespace weft::import

#endif // COMPILER_IMPORT_OPS_BOXSELECTION_H
