//===- hls.h - all of the library ------------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef WEFT_HLS_HLS_H
#define WEFT_HLS_HLS_H

#include "weft/hls/banks.h"
#include "weft/hls/beat.h"
#include "weft/hls/clustered.h"
#include "weft/hls/gather.h"
#include "weft/hls/int.h"
#include "weft/hls/lut.h"
#include "weft/hls/mvu.h"
#include "weft/hls/platform.h"
#include "weft/hls/pool.h"
#include "weft/hls/recurrent.h"
#include "weft/hls/reorder.h"
#include "weft/hls/rescale.h"
#include "weft/hls/routing.h"
#include "weft/hls/select.h"
#include "weft/hls/shift.h"
#include "weft/hls/sparse.h"
#include "weft/hls/stream.h"
#include "weft/hls/weights.h"
#include "weft/hls/window.h"

#endif // WEFT_HLS_HLS_H
