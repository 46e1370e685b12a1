//===- ReplayMain.cpp - the fuzz target without libFuzzer -----------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
//
//   import-fuzzer <file or folder>…                                   imports each file
//   import-fuzzer --seconds N --crashes <folder> <file or folder>…    mutates them for N seconds
//
// Mutating runs in child processes with bounded memory and time. An input with an outcome that was not seen before (a new message, or
// new operations) joins those that are mutated. An input that kills a child is kept in the folder of crashes; the exit code is then 1.
//
//===-------------------------------------------------------------------------===//
#include "onnx/onnx_pb.h"
#include "test/fuzz/FuzzTarget.h"
#include "test/fuzz/ModelMutator.h"
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <set>
#include <string>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace fs = std::filesystem;

namespace {

struct Input {
  std::string name, bytes;
};

std::vector<Input> readInputs(const std::vector<std::string> &paths) {
  std::vector<std::string> files;
  for (const std::string &path : paths)
    if (!fs::is_directory(path))
      files.push_back(path);
    else
      for (const auto &entry : fs::recursive_directory_iterator(path))
        if (entry.is_regular_file())
          files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  std::vector<Input> inputs;
  for (const std::string &file : files) {
    std::ifstream stream(file, std::ios::binary);
    inputs.push_back({file, {std::istreambuf_iterator<char>(stream), {}}});
  }
  return inputs;
}

void replay(const std::vector<Input> &inputs) {
  for (const Input &input : inputs) {
    std::printf("%s\n", input.name.c_str());
    std::fflush(stdout); // so that the last line names the file that crashed
    weft::fuzz::importBytes(input.bytes.data(), input.bytes.size());
  }
  fs::remove(weft::fuzz::modelPath());
}

/// A changed copy: of the message, or, where that cannot be read and now and then, of the bytes.
std::string mutated(const std::string &bytes, std::mt19937 &random) {
  onnx::ModelProto model;
  std::string text = bytes;
  if (random() % 10 != 0 && model.ParseFromString(bytes)) {
    weft::fuzz::mutate(model, random());
    model.SerializePartialToString(&text);
  } else if (!text.empty()) {
    for (unsigned n = 1 + random() % 8; n > 0; --n)
      text[random() % text.size()] = static_cast<char>(random());
  }
  return text;
}

/// One child: mutates until its rounds are over or an import kills it. New inputs are kept within it.
[[noreturn]] void runChild(std::vector<Input> pool, unsigned seed) {
  constexpr int kRounds = 3000;
  rlimit memory{rlim_t(4) << 30, rlim_t(4) << 30};
  setrlimit(RLIMIT_AS, &memory);
  google::protobuf::SetLogHandler(nullptr);
  const itimerval bound{{0, 0}, {20, 0}}; // of processor time, whatever else the machine does
  std::mt19937 random(seed);
  std::set<size_t> seen;
  for (int round = 0; round < kRounds; ++round) {
    std::string text = mutated(pool[random() % pool.size()].bytes, random);
    setitimer(ITIMER_PROF, &bound, nullptr);
    size_t outcome = weft::fuzz::importBytes(text.data(), text.size());
    if (seen.insert(outcome).second && text.size() < 100000)
      pool.push_back({"", std::move(text)});
  }
  fs::remove(weft::fuzz::modelPath());
  std::_Exit(0);
}

/// The number of inputs that killed a child.
int fuzz(const std::vector<Input> &inputs, int seconds, const std::string &crashes, unsigned seed) {
  auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  fs::create_directories(crashes);
  int found = 0;
  for (; std::chrono::steady_clock::now() < end; ++seed) {
    pid_t child = fork();
    if (child == 0)
      runChild(inputs, seed);
    int status = 0;
    waitpid(child, &status, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
      continue;
    std::string name = crashes + "/" + std::to_string(WIFSIGNALED(status) ? WTERMSIG(status) : 0) + "-" + std::to_string(seed) + ".onnx";
    std::string left = "/dev/shm/weft-fuzz-" + std::to_string(child) + ".onnx";
    if (!fs::exists(left))
      left = "/tmp/weft-fuzz-" + std::to_string(child) + ".onnx";
    std::error_code ignored;
    fs::copy_file(left, name, fs::copy_options::overwrite_existing, ignored);
    fs::remove(left, ignored);
    std::printf("killed: %s\n", name.c_str());
    std::fflush(stdout);
    ++found;
  }
  std::printf("%d inputs killed the importer\n", found);
  return found;
}

} // namespace

int main(int argc, char **argv) {
  int seconds = 0;
  unsigned seed = 1;
  std::string crashes = "crashes";
  std::vector<std::string> paths;
  for (int i = 1; i < argc; ++i) {
    std::string word = argv[i];
    if (word == "--seconds" && i + 1 < argc)
      seconds = std::atoi(argv[++i]);
    else if (word == "--seed" && i + 1 < argc)
      seed = static_cast<unsigned>(std::atoi(argv[++i]));
    else if (word == "--crashes" && i + 1 < argc)
      crashes = argv[++i];
    else
      paths.push_back(word);
  }
  std::vector<Input> inputs = readInputs(paths);
  if (inputs.empty()) {
    std::fprintf(stderr, "usage: import-fuzzer [--seconds N] [--seed N] [--crashes folder] <file or folder>...\n");
    return 4;
  }
  if (seconds > 0)
    return fuzz(inputs, seconds, crashes, seed) > 0;
  replay(inputs);
  return 0;
}
