//===- files.h - beats in files, for test benches -----------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
// docs/dataflow.md, "Files of beats".
#ifndef WEFT_HLS_FILES_H
#define WEFT_HLS_FILES_H

#include "weft/hls/beat.h"
#include "weft/hls/stream.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

namespace weft {
namespace hls {

/// Ends the program: a file is not what it should be.
[[noreturn]] inline void fileError(const std::string &path, const std::string &what) {
  std::fprintf(stderr, "weft: %s: %s\n", path.c_str(), what.c_str());
  std::exit(2);
}

inline std::ofstream openToWrite(const std::string &path) {
  std::ofstream file(path.c_str());
  if (!file)
    fileError(path, "cannot write");
  return file;
}

/// The low `width` bits as hex digits, the most significant first.
template <int N> inline std::string hexOf(const Bits<N> &bits, int width) {
  std::string text;
  for (int digit = (width + 3) / 4 - 1; digit >= 0; --digit) {
    const int low = digit * 4, size = width - low < 4 ? width - low : 4;
    text += "0123456789abcdef"[getBits<N>(bits, low, size)];
  }
  return text;
}

/// Reads the beats of one port of a design from a file, frame by frame.
template <int N> class BeatReader {
public:
  /// `width`: bits of a beat; `beats`: of a frame.
  BeatReader(const std::string &path, int width, int beats)
      : path(path), file(path.c_str()), width(width), beats(beats) {
    if (!file)
      fileError(path, "cannot read");
  }
  /// Puts up to `frames` frames on the port and returns how many the file had.
  unsigned feed(Stream<Bits<N>> &port, unsigned frames) {
    std::string line;
    for (unsigned f = 0; f < frames; ++f)
      for (int i = 0; i < beats; ++i) {
        if (!std::getline(file, line)) {
          if (i > 0)
            fileError(path, "ends within a frame of " + std::to_string(beats) + " beats");
          return f;
        }
        port.write(parse(line));
      }
    return frames;
  }

private:
  Bits<N> parse(const std::string &line) const {
    Bits<N> bits = Bits<N>();
    if (line.empty())
      fileError(path, "has an empty line");
    for (int i = 0; i < int(line.size()); ++i) {
      const std::size_t value = std::string("0123456789abcdef").find(line[line.size() - 1 - i]);
      if (value == std::string::npos)
        fileError(path, "expected lower-case hex digits, got '" + line + "'");
      const int low = i * 4, size = width - low < 0 ? 0 : width - low < 4 ? width - low : 4;
      if (value >> size)
        fileError(path, "'" + line + "' has more than " + std::to_string(width) + " bits");
      if (size)
        setBits<N>(bits, low, size, value);
    }
    return bits;
  }

  std::string path;
  std::ifstream file;
  int width, beats;
};

/// Writes the beats of one port of a design to a file.
template <int N> class BeatWriter {
public:
  BeatWriter(const std::string &path, int beats)
      : path(path), file(openToWrite(path)), beats(beats) {}
  void drain(Stream<Bits<N>> &port, unsigned frames) {
    for (unsigned i = 0; i < frames * unsigned(beats); ++i)
      file << hexOf(port.read(), N) << '\n';
    if (!port.empty())
      fileError(path, "the design gives more beats than its frames have");
    file.flush();
  }

private:
  std::string path;
  std::ofstream file;
  int beats;
};

} // namespace hls
} // namespace weft

#endif // WEFT_HLS_FILES_H
