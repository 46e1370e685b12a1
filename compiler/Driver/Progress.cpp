//===- Progress.cpp - what a long command is doing --------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "compiler/Driver/Progress.h"

#include <cstdio>
#include <fmt/format.h>
#include <unistd.h>

namespace weft::driver {

Progress::Progress(bool quiet) {
  if (quiet || !isatty(STDERR_FILENO))
    return;
  painter = std::thread([this] {
    std::unique_lock<std::mutex> lock(mutex);
    auto pause = std::chrono::milliseconds(2000);
    while (!wake.wait_for(lock, pause, [this] { return stopping; })) {
      draw();
      pause = std::chrono::milliseconds(250);
    }
  });
}

Progress::~Progress() { finish(); }

void Progress::draw() {
  double seconds = std::chrono::duration<double>(Clock::now() - commandStart).count();
  std::string count = total > 0 ? fmt::format(" {}/{}", done.load(), total.load()) : "";
  fmt::print(stderr, "\r\x1b[K[{:4.0f} s] {}{}", seconds, current, count);
  std::fflush(stderr);
  drawn = true;
}

void Progress::endStage() {
  if (current.empty())
    return;
  stages.push_back({current, std::chrono::duration<double>(Clock::now() - stageStart).count()});
  current.clear();
}

void Progress::stage(llvm::StringRef name) {
  std::lock_guard<std::mutex> lock(mutex);
  endStage();
  current = name.str();
  stageStart = Clock::now();
  done = total = 0;
}

void Progress::step(int64_t newDone, int64_t newTotal) {
  done = newDone;
  total = newTotal;
}

void Progress::finish() {
  {
    std::lock_guard<std::mutex> lock(mutex);
    endStage();
    stopping = true;
  }
  wake.notify_all();
  if (painter.joinable())
    painter.join();
  if (drawn)
    fmt::print(stderr, "\r\x1b[K");
  drawn = false;
}

} // namespace weft::driver
