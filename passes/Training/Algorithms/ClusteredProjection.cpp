//===- ClusteredProjection.cpp - codes into codebooks ----------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "passes/Training/Algorithms/ProjectionParts.h"

namespace weft::training {
namespace {

class Clustered : public Projection {
public:
  Clustered(Codebooks books, ProjectionPtr inner, Sink sink) : books(std::move(books)), inner(std::move(inner)), sink(std::move(sink)) {}

  void project(Numbers &numbers) override {
    follow(numbers);
    Numbers entries = books.entries;
    inner->project(entries);
    spread(numbers, entries);
  }
  void store(Numbers &numbers) override {
    follow(numbers);
    Numbers entries = books.entries;
    inner->store(entries);
    spread(numbers, entries);
    sink({books.codes.begin(), books.codes.end()});
  }
  void adapt(const Numbers &numbers) override {
    follow(numbers);
    size_t run = numbers.size() / books.groups, count = books.entries.size() / books.groups;
    for (int64_t g = 0; g < books.groups; ++g) {
      std::sort(books.entries.begin() + g * count, books.entries.begin() + (g + 1) * count);
      assign(numbers.data() + g * run, run, books.entries.data() + g * count, count, books.codes.data() + g * run);
    }
  }

  bool settles() const override { return true; }
  void settle(Numbers &numbers) override {
    follow(numbers);
    size_t run = numbers.size() / books.groups, count = books.entries.size() / books.groups;
    for (int64_t g = 0; count > 1 && g < books.groups; ++g) {
      const float *book = books.entries.data() + g * count;
      float below = book[0] - (book[1] - book[0]) / 2, above = book[count - 1] + (book[count - 1] - book[count - 2]) / 2;
      for (size_t i = g * run; i < (g + 1) * run; ++i)
        numbers[i] = std::min(std::max(numbers[i], below), above);
    }
    before = numbers;
  }
  void save(Numbers &state) const override {
    state.insert(state.end(), books.entries.begin(), books.entries.end());
    state.insert(state.end(), books.codes.begin(), books.codes.end());
  }
  void restore(const Numbers &state, size_t &at) override {
    if (at + books.entries.size() + books.codes.size() > state.size())
      return;
    for (float &entry : books.entries)
      entry = state[at++];
    for (uint8_t &code : books.codes)
      code = static_cast<uint8_t>(state[at++]);
    before.clear();
  }

private:
  /// An entry moves by the mean of what its members moved by since the last call, which is its exact gradient; what they are does not matter, so
  /// that it does not jump when others are assigned to it.
  void follow(const Numbers &numbers) {
    if (before.size() == numbers.size()) {
      size_t run = numbers.size() / books.groups, count = books.entries.size() / books.groups;
      std::vector<double> sums(books.entries.size(), 0);
      std::vector<int64_t> members(books.entries.size(), 0);
      for (int64_t g = 0; g < books.groups; ++g)
        for (size_t i = g * run; i < (g + 1) * run; ++i) {
          sums[g * count + books.codes[i]] += numbers[i] - before[i];
          ++members[g * count + books.codes[i]];
        }
      for (size_t k = 0; k < sums.size(); ++k)
        if (members[k])
          books.entries[k] += static_cast<float>(sums[k] / static_cast<double>(members[k]));
    }
    before = numbers;
  }
  /// Codes of the nearest of ascending entries.
  static void assign(const float *numbers, size_t size, const float *book, size_t count, uint8_t *codes) {
    Numbers middles(count - 1);
    for (size_t k = 0; k + 1 < count; ++k)
      middles[k] = (book[k] + book[k + 1]) / 2;
    if (count > 16) {
      for (size_t i = 0; i < size; ++i)
        codes[i] = static_cast<uint8_t>(std::lower_bound(middles.begin(), middles.end(), numbers[i]) - middles.begin());
      return;
    }
    std::fill(codes, codes + size, uint8_t(0)); // loops without branches, which become vectors
    for (float middle : middles)
      for (size_t i = 0; i < size; ++i)
        codes[i] += numbers[i] > middle;
  }
  void spread(Numbers &numbers, const Numbers &entries) const {
    size_t run = numbers.size() / books.groups, count = entries.size() / books.groups;
    for (int64_t g = 0; g < books.groups; ++g)
      for (size_t i = g * run; i < (g + 1) * run; ++i)
        numbers[i] = entries[g * count + books.codes[i]];
  }
  Codebooks books;
  Numbers before; // the numbers of the last call
  ProjectionPtr inner;
  Sink sink;
};

} // namespace

ProjectionPtr clustered(Codebooks codebooks, ProjectionPtr entries, Sink codes) {
  return std::make_unique<Clustered>(std::move(codebooks), std::move(entries), std::move(codes));
}

} // namespace weft::training
