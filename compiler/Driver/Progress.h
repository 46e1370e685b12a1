//===- Progress.h - what a long command is doing ------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef COMPILER_DRIVER_PROGRESS_H
#define COMPILER_DRIVER_PROGRESS_H

#include "llvm/ADT/StringRef.h"
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace weft::driver {

/// Wall time of one stage of a command, in seconds.
struct StageTime {
  std::string name;
  double seconds;
};

/// A line on stderr which says what runs, once a command has taken two seconds. Silent when stderr is no terminal, or quiet.
/// Keeps the time of every stage.
class Progress {
public:
  explicit Progress(bool quiet);
  ~Progress();

  /// Ends the stage that runs and begins another.
  void stage(llvm::StringRef name);
  /// `done` of `total` units of the stage are finished.
  void step(int64_t done, int64_t total);
  /// Ends the last stage and clears the line.
  void finish();
  const std::vector<StageTime> &times() const { return stages; }

private:
  void draw();
  void endStage();
  using Clock = std::chrono::steady_clock;
  Clock::time_point commandStart = Clock::now(), stageStart = commandStart;
  std::vector<StageTime> stages;
  std::string current;
  std::atomic<int64_t> done{0}, total{0};
  bool stopping = false, drawn = false;
  std::mutex mutex;
  std::condition_variable wake;
  std::thread painter;
};

} // namespace weft::driver

#endif // COMPILER_DRIVER_PROGRESS_H
