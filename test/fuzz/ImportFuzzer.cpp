//===- ImportFuzzer.cpp - the libFuzzer entry points of the importer ------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "onnx/onnx_pb.h"
#include "test/fuzz/FuzzTarget.h"
#include "test/fuzz/ModelMutator.h"
#include <cstdint>
#include <cstring>
#include <string>

extern "C" size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t maxSize) __attribute__((weak));

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  weft::fuzz::importBytes(reinterpret_cast<const char *>(data), size);
  return 0;
}

/// Nine times in ten a model is changed and stays a protobuf; the tenth time its bytes are.
extern "C" size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t maxSize, unsigned seed) {
  onnx::ModelProto model;
  google::protobuf::LogHandler *old = google::protobuf::SetLogHandler(nullptr);
  bool parsed = seed % 10 != 0 && model.ParseFromArray(data, static_cast<int>(size));
  google::protobuf::SetLogHandler(old);
  std::string text;
  if (parsed) {
    weft::fuzz::mutate(model, seed);
    model.SerializePartialToString(&text);
  }
  if (!parsed || text.size() > maxSize)
    return LLVMFuzzerMutate ? LLVMFuzzerMutate(data, size, maxSize) : size;
  std::memcpy(data, text.data(), text.size());
  return text.size();
}
