//===- platform.h - what differs between Vitis HLS and a plain compiler -*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef WEFT_HLS_PLATFORM_H
#define WEFT_HLS_PLATFORM_H

/// WEFT_HLS(PIPELINE II=1) is `#pragma HLS PIPELINE II=1` in synthesis and nothing elsewhere, so
/// that a plain compiler has nothing to warn about.
#ifdef __SYNTHESIS__
#define WEFT_HLS_PRAGMA(text) _Pragma(#text)
#define WEFT_HLS(...) WEFT_HLS_PRAGMA(HLS __VA_ARGS__)
#else
#define WEFT_HLS(...)
#endif

/// The vendor's ap_int.h and hls_stream.h are used where they are found, unless WEFT_HLS_PORTABLE
/// is defined.
#if !defined(WEFT_HLS_PORTABLE) && defined(__has_include)
#if __has_include(<ap_int.h>) && __has_include(<hls_stream.h>)
#define WEFT_HLS_VENDOR 1
#endif
#endif
#ifndef WEFT_HLS_VENDOR
#define WEFT_HLS_VENDOR 0
#endif

/// 1: a clustered unit selects by comparing every code with every cluster, which is what synthesis
/// wants. 0: it indexes, which is quick in C simulation. The sums are the same.
#ifndef WEFT_HLS_SELECT_BY_COMPARE
#ifdef __SYNTHESIS__
#define WEFT_HLS_SELECT_BY_COMPARE 1
#else
#define WEFT_HLS_SELECT_BY_COMPARE 0
#endif
#endif

#endif // WEFT_HLS_PLATFORM_H
