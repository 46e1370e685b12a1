//===- Result.h - a value or the reason why there is none ------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#ifndef RUNTIME_REFERENCE_RESULT_H
#define RUNTIME_REFERENCE_RESULT_H

#include <cassert>
#include <sstream>
#include <string>
#include <utility>
#include <variant>

namespace weft::reference {

/// Why something failed: lower-case start, no final period, what was expected and what was found.
struct Error {
  std::string message;
};

/// An error whose message is the parts, printed one after the other.
template <typename... Parts>
Error error(const Parts &...parts) {
  std::ostringstream text;
  (text << ... << parts);
  return Error{text.str()};
}

/// A `T`, or an `Error`. Test it before `*`. The runtime reports every failure so: it throws nothing.
template <typename T>
class [[nodiscard]] Result {
public:
  Result(T value) : state(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return state.index() == 0; }
  explicit operator bool() const { return ok(); }

  T &operator*() & { return get(); }
  const T &operator*() const & { return get(); }
  T &&operator*() && { return std::move(get()); }
  T *operator->() { return &get(); }
  const T *operator->() const { return &get(); }

  /// The message of a failure.
  const std::string &message() const { return failure().message; }
  /// The failure, to be returned as another `Result`'s.
  const Error &failure() const {
    assert(!ok() && "no error in a good result");
    return *std::get_if<1>(&state);
  }

private:
  T &get() {
    assert(ok() && "no value in a failed result");
    return *std::get_if<0>(&state);
  }
  const T &get() const { return const_cast<Result *>(this)->get(); }

  std::variant<T, Error> state;
};

/// Success, or an error.
struct Nothing {};
using Status = Result<Nothing>;
inline Status done() { return Nothing{}; }

} // namespace weft::reference

#endif // RUNTIME_REFERENCE_RESULT_H
