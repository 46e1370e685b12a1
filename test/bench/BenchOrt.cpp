//===- BenchOrt.cpp - times a compiled network against onnxruntime ----------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
// bench-ort [--threads N] [--shape NAME=2x24]… [--bytes NAME=FILE]… <libonnxruntime.so> <json out> {<label> <model.onnx> <lib.so> <prefix> <batch>}…
//
// --shape gives an input or output of the model its shape, where the model leaves it open; --bytes an input its elements.
// A prefix written <prefix>:<planes> counts only so many bit planes of every layer that has any.
// Float inputs are uniform in [0, 1) (float16: [1, 2)), small integers random, int32 and int64 zero. A model written <bytes>:<bytes> is not one, but the sizes of an input and an output sample: ours is timed alone.
// Both run in this process, in alternating slices, so that a noisy machine disturbs both alike; on one thread only the time of
// the thread counts, on more the clock. The ratio of a round is onnxruntime's time over ours; medians of rounds are reported, on more
// threads the least times, which are those with no other process in between. The C API is called by slot, without its header.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <fstream>
#include <map>
#include <random>
#include <string>
#include <time.h>
#include <vector>

namespace {

int threads = 1;

/// What --shape and --bytes said.
struct Given {
  std::vector<int64_t> shape;
  std::string file;
};
std::map<std::string, Given> given;

void giveShape(const std::string &text) { // NAME=2x24
  size_t at = text.rfind('=');
  std::vector<int64_t> &shape = given[text.substr(0, at)].shape;
  for (const char *next = text.c_str() + at + 1; *next;) {
    char *end;
    shape.push_back(std::strtoll(next, &end, 10));
    next = *end ? end + 1 : end;
  }
}

void giveBytes(const std::string &text) { // NAME=FILE
  size_t at = text.rfind('=');
  given[text.substr(0, at)].file = text.substr(at + 1);
}

float halfToFloat(uint16_t half) {
  int exponent = half >> 10 & 31, mantissa = half & 1023;
  float magnitude = exponent == 0 ? std::ldexp(float(mantissa), -24) : std::ldexp(float(mantissa + 1024), exponent - 25);
  return half & 0x8000 ? -magnitude : magnitude;
}

double now() {
  timespec t;
  clock_gettime(threads == 1 ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

/// Slots of OrtApi, stable since version 1.
enum Slot { GetErrorMessage = 2, CreateEnv = 3, CreateSession = 7, Run = 9, CreateSessionOptions = 10, SetOptimization = 23,
            SetIntraThreads = 24, SetInterThreads = 25, InputCount = 30, OutputCount = 31, InputTypeInfo = 33, OutputTypeInfo = 34, InputName = 36, OutputName = 37, CreateTensor = 49,
            CastToTensorInfo = 55, ElementType = 60, DimensionCount = 61, Dimensions = 62, CreateCpuMemory = 69, DefaultAllocator = 78 };

struct ApiBase {
  const void *(*getApi)(uint32_t);
  const char *(*version)();
};
void **api;

template <typename... Args>
void call(Slot slot, Args... args) {
  void *status = reinterpret_cast<void *(*)(Args...)>(api[slot])(args...);
  if (!status)
    return;
  std::fprintf(stderr, "onnxruntime: %s\n", reinterpret_cast<const char *(*)(void *)>(api[GetErrorMessage])(status));
  std::exit(1);
}

struct TensorInfo {
  int element;
  std::vector<int64_t> shape;
  int64_t elements = 1;
  int64_t bytes() const {
    static const int size[] = {0, 4, 1, 1, 2, 2, 4, 8, 0, 1, 2, 8, 4, 8};
    return elements * (element < 14 ? size[element] : 8);
  }
};

/// One input or output: its name, type and memory.
struct Binding {
  char *name;
  TensorInfo info;
  std::vector<char> bytes;
  void *tensor;
  std::vector<char> wide; // float16 as float, which is how native code takes it
  std::vector<char> &native() { return info.element == 10 ? wide : bytes; }
};

struct Session {
  void *session;
  std::vector<Binding> inputs, outputs;
  std::vector<const char *> inputNames, outputNames;
  std::vector<void *> inputTensors, outputTensors;
  bool isBatched = true; // every input takes the batch as its first dimension

  TensorInfo info(Slot slot, size_t i, int64_t batch) {
    void *type;
    const void *tensor;
    size_t rank;
    TensorInfo result;
    call(slot, session, i, &type);
    call(CastToTensorInfo, type, &tensor);
    call(ElementType, tensor, &result.element);
    call(DimensionCount, tensor, &rank);
    result.shape.resize(rank);
    call(Dimensions, tensor, result.shape.data(), rank);
    for (size_t d = 0; d < rank; ++d) {
      if (result.shape[d] <= 0)
        result.shape[d] = d == 0 ? batch : 1;
      result.elements *= result.shape[d];
    }
    return result;
  }

  /// From a file.
  void read(Binding &binding, const std::string &path) {
    std::ifstream file(path, std::ios::binary);
    if (!file.read(binding.bytes.data(), binding.info.bytes())) {
      std::fprintf(stderr, "%s: expected %lld bytes\n", path.c_str(), (long long)binding.info.bytes());
      std::exit(1);
    }
    for (int64_t i = 0; i < binding.info.elements && binding.info.element == 10; ++i)
      reinterpret_cast<float *>(binding.wide.data())[i] = halfToFloat(reinterpret_cast<uint16_t *>(binding.bytes.data())[i]);
  }

  void fill(Binding &binding, std::mt19937 &random) {
    if (auto known = given.find(binding.name); known != given.end() && !known->second.file.empty())
      return read(binding, known->second.file);
    std::uniform_real_distribution<float> uniform(0, 1);
    for (int64_t i = 0; i < binding.info.elements; ++i)
      if (binding.info.element == 1)
        reinterpret_cast<float *>(binding.bytes.data())[i] = uniform(random);
      else if (binding.info.element == 10) { // 1 + m/1024 in both
        int m = random() % 1024;
        reinterpret_cast<uint16_t *>(binding.bytes.data())[i] = 0x3c00 | m;
        reinterpret_cast<float *>(binding.wide.data())[i] = 1 + m / 1024.f;
      } else if (binding.info.element == 11)
        reinterpret_cast<double *>(binding.bytes.data())[i] = uniform(random);
      else if (binding.info.element == 2 || binding.info.element == 3)
        binding.bytes[i] = random();
  }

  void bind(Slot count, Slot name, Slot type, int64_t batch, void *allocator, std::vector<Binding> &bindings,
            std::vector<const char *> &names, std::vector<void *> &tensors) {
    size_t n;
    void *memory;
    call(count, session, &n);
    call(CreateCpuMemory, 0, 0, &memory);
    bindings.resize(n);
    for (size_t i = 0; i < n; ++i) {
      Binding &binding = bindings[i];
      call(name, session, i, allocator, &binding.name);
      binding.info = info(type, i, batch);
      if (auto known = given.find(binding.name); known != given.end()) {
        binding.info.shape = known->second.shape, binding.info.elements = 1;
        for (int64_t d : binding.info.shape)
          binding.info.elements *= d;
      }
      binding.bytes.resize(binding.info.bytes() + 64);
      binding.wide.resize(binding.info.element == 10 ? binding.info.elements * 4 + 64 : 0);
      call(CreateTensor, memory, binding.bytes.data(), size_t(binding.info.bytes()), binding.info.shape.data(), binding.info.shape.size(),
           binding.info.element, &binding.tensor);
      names.push_back(binding.name), tensors.push_back(binding.tensor);
    }
  }

  Session(void *env, const char *model, int64_t batch) {
    void *options, *allocator;
    call(CreateSessionOptions, &options);
    call(SetIntraThreads, options, threads);
    call(SetInterThreads, options, 1);
    call(SetOptimization, options, 99);
    call(CreateSession, env, model, options, &session);
    call(DefaultAllocator, &allocator);
    bind(InputCount, InputName, InputTypeInfo, batch, allocator, inputs, inputNames, inputTensors);
    bind(OutputCount, OutputName, OutputTypeInfo, batch, allocator, outputs, outputNames, outputTensors);
    std::mt19937 random(1);
    for (Binding &input : inputs)
      fill(input, random), isBatched &= !input.info.shape.empty() && input.info.shape[0] == batch;
  }
  void run() {
    call(Run, session, (void *)nullptr, inputNames.data(), inputTensors.data(), inputs.size(), outputNames.data(), outputs.size(),
         outputTensors.data());
  }
};

struct Native {
  int (*function)(const void *const *, void *const *, int64_t, void *) = nullptr;
  int (*withPlanes)(const void *const *, void *const *, int64_t, void *, const int32_t *) = nullptr;
  std::vector<int32_t> planes;
  std::vector<std::vector<char>> outBytes;
  std::vector<const void *> inputs;
  std::vector<void *> outputs;
  void *workspace;
  int64_t n;

  Native(const std::string &library, std::string prefix, std::vector<const void *> inputs, std::vector<size_t> sizes, int64_t n)
      : inputs(std::move(inputs)), n(n) {
    for (size_t bytes : sizes)
      outBytes.emplace_back(bytes);
    for (auto &bytes : outBytes)
      outputs.push_back(bytes.data());
    void *handle = dlopen(library.c_str(), RTLD_NOW);
    if (size_t colon = prefix.find(':'); colon != std::string::npos) {
      planes.assign(256, std::atoi(prefix.c_str() + colon + 1));
      prefix.resize(colon);
      withPlanes = handle ? reinterpret_cast<decltype(withPlanes)>(dlsym(handle, (prefix + "_run_planes").c_str())) : nullptr;
    } else {
      function = handle ? reinterpret_cast<decltype(function)>(dlsym(handle, (prefix + "_run").c_str())) : nullptr;
    }
    if (!function && !withPlanes) {
      std::fprintf(stderr, "%s\n", dlerror());
      std::exit(1);
    }
    auto size = reinterpret_cast<int64_t (*)()>(dlsym(handle, (prefix + "_workspace_size").c_str()));
    workspace = std::aligned_alloc(64, (size() + 127) / 64 * 64);
  }
  void run() {
    if (function)
      function(inputs.data(), outputs.data(), n, workspace);
    else
      withPlanes(inputs.data(), outputs.data(), n, workspace, planes.data());
  }
};

double median(std::vector<double> v) {
  std::sort(v.begin(), v.end());
  return v[v.size() / 2];
}

template <typename F>
int repetitions(F run) {
  run(), run();
  double start = now();
  int k = 0;
  for (; now() - start < 0.02; ++k)
    run();
  return std::max(1, int(0.005 / ((now() - start) / k)));
}

/// Alone: random bits for an input of bytes.
void benchAlone(FILE *json, char **a) {
  int64_t batch = std::atoll(a[4]);
  size_t inBytes = std::atoll(a[1]), outBytes = std::atoll(std::strchr(a[1], ':') + 1);
  std::mt19937 random(1);
  std::vector<char> input(inBytes * batch + 64);
  for (char &c : input)
    c = random() & (std::strstr(a[0], "packed") ? 255 : 1);
  Native ours(a[2], a[3], {input.data()}, {outBytes * batch + 64}, batch);
  int k = repetitions([&] { ours.run(); });
  std::vector<double> times;
  for (int round = 0; round < 41; ++round) {
    double start = now();
    for (int i = 0; i < k; ++i)
      ours.run();
    times.push_back((now() - start) / k);
  }
  double time = median(times);
  std::printf("%-28s %5lld %13s %10.2f us   %.2f million a second\n", a[0], (long long)batch, "", time * 1e6, batch / time * 1e-6);
  std::fprintf(json, "{\"model\": \"%s\", \"batch\": %lld, \"weft_us\": %.3f, \"per_second\": %.0f}\n", a[0], (long long)batch, time * 1e6, batch / time);
}

/// Greatest difference, relative to the greatest magnitude of the output; 0 for types that are not looked at.
double difference(const Binding &theirs, const std::vector<char> &ours) {
  double worst = 0, scale = 1e-30;
  for (int64_t i = 0; i < theirs.info.elements && theirs.info.element <= 3; ++i) {
    auto at = [&](const std::vector<char> &bytes) -> double {
      return theirs.info.element == 1 ? reinterpret_cast<const float *>(bytes.data())[i] : static_cast<double>(static_cast<uint8_t>(bytes[i]));
    };
    double x = at(theirs.bytes), y = at(ours);
    worst = std::max(worst, std::fabs(x - y)), scale = std::max(scale, std::fabs(x));
  }
  return worst / scale;
}

void bench(void *env, FILE *json, char **a) {
  if (std::isdigit(a[1][0]) && std::strchr(a[1], ':'))
    return benchAlone(json, a);
  int64_t batch = std::atoll(a[4]);
  Session ort(env, a[1], batch);
  if (!ort.isBatched && batch != 1)
    return; // the model fixes its batch: timed once
  std::vector<const void *> inputs;
  std::vector<size_t> sizes;
  for (Binding &input : ort.inputs)
    inputs.push_back(input.native().data());
  for (Binding &output : ort.outputs)
    sizes.push_back(output.native().size());
  Native ours(a[2], a[3], inputs, sizes, batch);
  ort.run(), ours.run();
  double worst = 0;
  for (size_t o = 0; o < ort.outputs.size(); ++o)
    worst = std::max(worst, difference(ort.outputs[o], ours.outBytes[o]));
  int k[2] = {repetitions([&] { ort.run(); }), repetitions([&] { ours.run(); })};
  std::vector<double> times[2], ratios;
  for (int round = 0; round < 41; ++round) {
    for (int j = 0; j < 2; ++j) {
      int which = (j + round) % 2;
      double start = now();
      for (int i = 0; i < k[which]; ++i)
        which ? ours.run() : ort.run();
      times[which].push_back((now() - start) / k[which]);
    }
    ratios.push_back(times[0].back() / times[1].back());
  }
  double theirTime = median(times[0]), ourTime = median(times[1]), ratio = median(ratios);
  if (threads > 1) {
    theirTime = *std::min_element(times[0].begin(), times[0].end()), ourTime = *std::min_element(times[1].begin(), times[1].end());
    ratio = theirTime / ourTime;
  }
  std::sort(ratios.begin(), ratios.end());
  std::printf("%-28s %5lld %10.2f us %10.2f us %7.2fx  (p25 %.2f, p75 %.2f)  difference %.1e\n", a[0], (long long)batch, theirTime * 1e6,
              ourTime * 1e6, ratio, ratios[10], ratios[30], worst);
  std::fprintf(json, "{\"model\": \"%s\", \"batch\": %lld, \"ort_us\": %.3f, \"weft_us\": %.3f, \"ratio\": %.3f, \"difference\": %.3e}\n", a[0],
               (long long)batch, theirTime * 1e6, ourTime * 1e6, ratio, worst);
}

} // namespace

int main(int argc, char **argv) {
  for (; argc > 2 && !std::strncmp(argv[1], "--", 2); argc -= 2, argv += 2)
    if (!std::strcmp(argv[1], "--threads"))
      threads = std::atoi(argv[2]);
    else
      std::strcmp(argv[1], "--shape") ? giveBytes(argv[2]) : giveShape(argv[2]);
  if (argc < 8 || (argc - 3) % 5)
    return 64;
  void *library = dlopen(argv[1], RTLD_NOW), *env;
  if (!library) {
    std::fprintf(stderr, "%s\n", dlerror());
    return 1;
  }
  auto base = reinterpret_cast<ApiBase *(*)()>(dlsym(library, "OrtGetApiBase"))();
  api = const_cast<void **>(static_cast<void *const *>(base->getApi(13)));
  call(CreateEnv, 3, "bench", &env);
  FILE *json = std::fopen(argv[2], "w");
  std::printf("%-28s %5s %13s %13s %8s   onnxruntime %s, threads: %d\n", "model", "batch", "onnxruntime", "weft", "ratio", base->version(), threads);
  for (int i = 3; i < argc; i += 5)
    bench(env, json, argv + i);
  std::fclose(json);
  std::fflush(stdout);
  _Exit(0); // its threads may outlive statics
}
