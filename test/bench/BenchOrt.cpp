//===- BenchOrt.cpp - times a compiled network against onnxruntime ----------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
// bench-ort <libonnxruntime.so> <json out> {<label> <model.onnx> <lib.so> <prefix> <batch>}…
//
// A model written <bytes>:<bytes> is not one, but the sizes of an input and an output sample: ours is timed alone.
// Both run in this process on one thread, in alternating slices, so that a noisy machine disturbs both alike. The ratio of a
// round is onnxruntime's time over ours; medians of rounds are reported. The C API is called by slot, without its header.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <random>
#include <string>
#include <time.h>
#include <vector>

namespace {

double now() {
  timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t); // other processes do not count
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

/// Slots of OrtApi, stable since version 1.
enum Slot { GetErrorMessage = 2, CreateEnv = 3, CreateSession = 7, Run = 9, CreateSessionOptions = 10, SetOptimization = 23,
            SetIntraThreads = 24, SetInterThreads = 25, InputTypeInfo = 33, OutputTypeInfo = 34, InputName = 36, OutputName = 37, CreateTensor = 49,
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
  int64_t bytes() const { return elements * (element == 1 || element == 6 ? 4 : element == 2 || element == 3 ? 1 : 8); }
};

struct Session {
  void *session, *input, *output;
  char *inputName, *outputName;
  TensorInfo in, out;
  std::vector<char> inBytes, outBytes;

  TensorInfo info(Slot slot, int64_t batch) {
    void *type;
    const void *tensor;
    size_t rank;
    TensorInfo result;
    call(slot, session, size_t(0), &type);
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

  Session(void *env, const char *model, int64_t batch) {
    void *options, *allocator, *memory;
    call(CreateSessionOptions, &options);
    call(SetIntraThreads, options, 1);
    call(SetInterThreads, options, 1);
    call(SetOptimization, options, 99);
    call(CreateSession, env, model, options, &session);
    call(DefaultAllocator, &allocator);
    call(InputName, session, size_t(0), allocator, &inputName);
    call(OutputName, session, size_t(0), allocator, &outputName);
    in = info(InputTypeInfo, batch), out = info(OutputTypeInfo, batch);
    inBytes.resize(in.bytes() + 64), outBytes.resize(out.bytes() + 64);
    std::mt19937 random(1);
    std::uniform_real_distribution<float> uniform(0, 1);
    for (int64_t i = 0; i < in.elements; ++i)
      in.element == 1 ? void(reinterpret_cast<float *>(inBytes.data())[i] = uniform(random)) : void(inBytes[i] = random());
    call(CreateCpuMemory, 0, 0, &memory);
    call(CreateTensor, memory, inBytes.data(), size_t(in.bytes()), in.shape.data(), in.shape.size(), in.element, &input);
    call(CreateTensor, memory, outBytes.data(), size_t(out.bytes()), out.shape.data(), out.shape.size(), out.element, &output);
  }
  void run() { call(Run, session, (void *)nullptr, &inputName, &input, size_t(1), &outputName, size_t(1), &output); }
};

struct Native {
  int (*function)(const void *const *, void *const *, int64_t, void *);
  std::vector<char> outBytes;
  void *workspace;
  const void *input;
  int64_t n;

  Native(const std::string &library, const std::string &prefix, const void *input, size_t outBytes, int64_t n)
      : outBytes(outBytes), input(input), n(n) {
    void *handle = dlopen(library.c_str(), RTLD_NOW);
    function = handle ? reinterpret_cast<decltype(function)>(dlsym(handle, (prefix + "_run").c_str())) : nullptr;
    if (!function) {
      std::fprintf(stderr, "%s\n", dlerror());
      std::exit(1);
    }
    auto size = reinterpret_cast<int64_t (*)()>(dlsym(handle, (prefix + "_workspace_size").c_str()));
    workspace = std::aligned_alloc(64, (size() + 127) / 64 * 64);
  }
  void run() {
    void *output = outBytes.data();
    function(&input, &output, n, workspace);
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
  Native ours(a[2], a[3], input.data(), outBytes * batch + 64, batch);
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

void bench(void *env, FILE *json, char **a) {
  if (std::isdigit(a[1][0]) && std::strchr(a[1], ':'))
    return benchAlone(json, a);
  int64_t batch = std::atoll(a[4]);
  Session ort(env, a[1], batch);
  bool batched = ort.in.shape.empty() || ort.in.shape[0] == batch;
  if (!batched && batch != 1)
    return; // the model fixes its batch: timed once
  Native ours(a[2], a[3], ort.inBytes.data(), ort.outBytes.size(), batch);
  ort.run(), ours.run();
  double worst = 0, scale = 1e-30;
  for (int64_t i = 0; i < ort.out.elements && ort.out.element <= 3; ++i) {
    auto at = [&](std::vector<char> &bytes) -> double {
      return ort.out.element == 1 ? reinterpret_cast<float *>(bytes.data())[i] : static_cast<double>(static_cast<uint8_t>(bytes[i]));
    };
    double x = at(ort.outBytes), y = at(ours.outBytes);
    worst = std::max<double>(worst, std::fabs(x - y)), scale = std::max<double>(scale, std::fabs(x));
  }
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
  double ratio = median(ratios);
  std::sort(ratios.begin(), ratios.end());
  std::printf("%-28s %5lld %10.2f us %10.2f us %7.2fx  (p25 %.2f, p75 %.2f)  difference %.1e\n", a[0], (long long)batch, median(times[0]) * 1e6,
              median(times[1]) * 1e6, ratio, ratios[10], ratios[30], worst / scale);
  std::fprintf(json, "{\"model\": \"%s\", \"batch\": %lld, \"ort_us\": %.3f, \"weft_us\": %.3f, \"ratio\": %.3f, \"difference\": %.3e}\n", a[0],
               (long long)batch, median(times[0]) * 1e6, median(times[1]) * 1e6, ratio, worst / scale);
}

} // namespace

int main(int argc, char **argv) {
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
  std::printf("%-28s %5s %13s %13s %8s   onnxruntime %s, one thread\n", "model", "batch", "onnxruntime", "weft", "ratio", base->version());
  for (int i = 3; i < argc; i += 5)
    bench(env, json, argv + i);
  std::fclose(json);
  std::fflush(stdout);
  _Exit(0); // its threads may outlive statics
}
