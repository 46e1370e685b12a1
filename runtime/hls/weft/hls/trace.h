//===- trace.h - what went over a stream, for C simulation --------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
// WEFT_TRACE_STREAM(stream, name), behind the process that fills the stream, writes its beats to
// <traceDirectory()>/<name>.hex if WEFT_TRACE is defined. It is nothing elsewhere, in synthesis
// too. The files are those of weft_tap in the RTL (docs/dataflow.md, "Files of beats").
#ifndef WEFT_HLS_TRACE_H
#define WEFT_HLS_TRACE_H

#include "weft/hls/beat.h"
#include "weft/hls/stream.h"

#if defined(WEFT_TRACE) && !defined(__SYNTHESIS__)
#include "weft/hls/files.h"

#include <map>
#include <memory>
#include <vector>

namespace weft {
namespace hls {

/// Where trace files go; the test bench sets it.
inline std::string &traceDirectory() {
  static std::string directory = ".";
  return directory;
}

/// Writes the beats on a stream and leaves them there. A file is kept open from call to call.
template <class T, int L> void traceStream(Stream<Beat<T, L>> &stream, const char *name) {
  static std::map<std::string, std::unique_ptr<std::ofstream>> files;
  std::unique_ptr<std::ofstream> &file = files[name];
  if (!file)
    file.reset(new std::ofstream(openToWrite(traceDirectory() + "/" + name + ".hex")));
  for (std::size_t i = stream.size(); i > 0; --i) {
    Beat<T, L> beat = stream.read();
    *file << hexOf(packBeat(beat), Beat<T, L>::bits) << '\n';
    stream.write(beat);
  }
  file->flush();
}

} // namespace hls
} // namespace weft
#define WEFT_TRACE_STREAM(stream, name) weft::hls::traceStream(stream, name)
#else
#define WEFT_TRACE_STREAM(stream, name)
#endif

#endif // WEFT_HLS_TRACE_H
