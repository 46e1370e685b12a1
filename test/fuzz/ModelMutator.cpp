//===- ModelMutator.cpp - random changes of protobuf messages -------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "test/fuzz/ModelMutator.h"
#include <cmath>
#include <cstdint>
#include <google/protobuf/message.h>
#include <random>
#include <string>
#include <vector>

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

namespace weft::fuzz {
namespace {

/// Everything that may change: each field of each message, and the names that occur.
struct Inventory {
  std::vector<std::pair<Message *, const FieldDescriptor *>> fields;
  std::vector<std::string> names;

  void visit(Message &message, int depth = 0) {
    const Reflection &r = *message.GetReflection();
    for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
      const FieldDescriptor *field = message.GetDescriptor()->field(i);
      int count = field->is_repeated() ? r.FieldSize(message, field) : r.HasField(message, field);
      // Absent fields may appear, too, but not as often.
      if (count > 0 || fields.size() % 16 == 0)
        fields.push_back({&message, field});
      for (int k = 0; k < std::min(count, 64); ++k)
        visitElement(message, field, k, depth);
    }
  }

  void visitElement(Message &message, const FieldDescriptor *field, int k, int depth) {
    const Reflection &r = *message.GetReflection();
    if (field->type() == FieldDescriptor::TYPE_STRING)
      names.push_back(field->is_repeated() ? r.GetRepeatedString(message, field, k) : r.GetString(message, field));
    else if (field->type() == FieldDescriptor::TYPE_MESSAGE && depth < 40)
      visit(field->is_repeated() ? *r.MutableRepeatedMessage(&message, field, k) : *r.MutableMessage(&message, field), depth + 1);
  }
};

/// Operators to turn a node into, and domains that have some.
const char *const kOperators[] = {"Add", "BatchNormalization", "BipolarQuant", "Cast", "Concat", "Conv", "ConvInteger", "DequantizeLinear",
    "DynamicQuantizeLinear", "Expand", "Flatten", "Gather", "Gemm", "If", "Loop", "MatMul", "MatMulInteger", "MaxPool", "MultiThreshold", "Pad",
    "QLinearConcat", "QLinearConv", "QLinearMatMul", "Quant", "QuantizeLinear", "Range", "ReduceMean", "Reshape", "Resize", "Scan", "Shape",
    "Slice", "Softmax", "Split", "Squeeze", "Sum", "Tile", "TopK", "Transpose", "Trunc", "Unsqueeze", "Where", "com.microsoft", "onnx.brevitas",
    "finn.custom_op.general", ""};

class Mutator {
public:
  Mutator(Message &message, unsigned seed) : message(message), random(seed) {}

  void run() {
    for (unsigned n = 1 + below(4); n > 0; --n) {
      Inventory inventory;
      inventory.visit(message);
      if (inventory.fields.empty())
        return;
      auto [owner, field] = inventory.fields[below(inventory.fields.size())];
      if (field->is_repeated())
        changeList(*owner, field, inventory.names);
      else
        changeValue(*owner, field, -1, inventory.names);
    }
  }

private:
  size_t below(size_t n) { return random() % n; }

  int64_t number() {
    static const int64_t interesting[] = {0, 1, -1, 2, 3, 4, 5, 7, 8, 16, 17, -2, 255, 256, 1 << 16, INT32_MAX, INT32_MIN, INT64_MAX, INT64_MIN,
                                          int64_t(1) << 31, int64_t(1) << 32, int64_t(1) << 40, (int64_t(1) << 40) + 1, int64_t(1) << 62};
    return below(4) ? interesting[below(std::size(interesting))] : static_cast<int64_t>(below(64)) - 32;
  }

  double real() {
    static const double interesting[] = {0, -0.0, 1, -1, 0.5, 1e-45, 1e-38, 1e38, 1e300, INFINITY, -INFINITY, NAN, 255, 1e10};
    return interesting[below(std::size(interesting))];
  }

  std::string name(const std::vector<std::string> &names) {
    if (names.empty() || below(3) == 0)
      return kOperators[below(std::size(kOperators))];
    return names[below(names.size())];
  }

  std::string bytes(std::string old) {
    if (old.empty() || below(3) == 0)
      old.resize(below(2) ? below(64) : old.size() / 2, static_cast<char>(below(256)));
    else
      old[below(old.size())] = static_cast<char>(below(256));
    return old;
  }

  /// An element is dropped, doubled, moved, or changed.
  void changeList(Message &owner, const FieldDescriptor *field, const std::vector<std::string> &names) {
    const Reflection &r = *owner.GetReflection();
    int size = r.FieldSize(owner, field);
    size_t action = size == 0 ? 0 : below(5);
    if (action == 0 && size < 1000)
      return add(owner, field, names);
    if (action == 1)
      return r.RemoveLast(&owner, field);
    if (action == 2)
      return r.SwapElements(&owner, field, static_cast<int>(below(size)), static_cast<int>(below(size)));
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE && size > 0)
      changeValue(owner, field, static_cast<int>(below(size)), names);
  }

  void add(Message &owner, const FieldDescriptor *field, const std::vector<std::string> &names) {
    const Reflection &r = *owner.GetReflection();
    int size = r.FieldSize(owner, field);
    switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_MESSAGE: {
      Message *added = r.AddMessage(&owner, field);
      if (size > 0)
        added->CopyFrom(r.GetRepeatedMessage(owner, field, static_cast<int>(below(size))));
      return;
    }
    case FieldDescriptor::CPPTYPE_INT32: return r.AddInt32(&owner, field, static_cast<int32_t>(number()));
    case FieldDescriptor::CPPTYPE_INT64: return r.AddInt64(&owner, field, number());
    case FieldDescriptor::CPPTYPE_UINT64: return r.AddUInt64(&owner, field, static_cast<uint64_t>(number()));
    case FieldDescriptor::CPPTYPE_FLOAT: return r.AddFloat(&owner, field, static_cast<float>(real()));
    case FieldDescriptor::CPPTYPE_DOUBLE: return r.AddDouble(&owner, field, real());
    case FieldDescriptor::CPPTYPE_STRING: return r.AddString(&owner, field, name(names));
    default: return;
    }
  }

  /// Sets a field, or element `at` of a list; now and then takes it away.
  void changeValue(Message &owner, const FieldDescriptor *field, int at, const std::vector<std::string> &names) {
    const Reflection &r = *owner.GetReflection();
    if (at < 0 && below(8) == 0)
      return r.ClearField(&owner, field);
    switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32: {
      auto v = static_cast<int32_t>(number());
      return at < 0 ? r.SetInt32(&owner, field, v) : r.SetRepeatedInt32(&owner, field, at, v);
    }
    case FieldDescriptor::CPPTYPE_INT64: return at < 0 ? r.SetInt64(&owner, field, number()) : r.SetRepeatedInt64(&owner, field, at, number());
    case FieldDescriptor::CPPTYPE_UINT64: {
      auto v = static_cast<uint64_t>(number());
      return at < 0 ? r.SetUInt64(&owner, field, v) : r.SetRepeatedUInt64(&owner, field, at, v);
    }
    case FieldDescriptor::CPPTYPE_FLOAT: {
      auto v = static_cast<float>(real());
      return at < 0 ? r.SetFloat(&owner, field, v) : r.SetRepeatedFloat(&owner, field, at, v);
    }
    case FieldDescriptor::CPPTYPE_DOUBLE: return at < 0 ? r.SetDouble(&owner, field, real()) : r.SetRepeatedDouble(&owner, field, at, real());
    case FieldDescriptor::CPPTYPE_ENUM: return at < 0 ? r.SetEnumValue(&owner, field, static_cast<int>(below(16))) : (void)0;
    case FieldDescriptor::CPPTYPE_STRING: {
      bool isBytes = field->type() == FieldDescriptor::TYPE_BYTES;
      std::string old = at < 0 ? r.GetString(owner, field) : r.GetRepeatedString(owner, field, at), v = isBytes ? bytes(old) : name(names);
      return at < 0 ? r.SetString(&owner, field, v) : r.SetRepeatedString(&owner, field, at, v);
    }
    case FieldDescriptor::CPPTYPE_MESSAGE: return at < 0 ? (void)r.MutableMessage(&owner, field) : (void)0;
    default: return;
    }
  }

  Message &message;
  std::mt19937 random;
};

} // namespace

void mutate(Message &message, unsigned seed) { Mutator(message, seed).run(); }

} // namespace weft::fuzz
