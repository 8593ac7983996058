#pragma once

#include <expected>
#include <string>
#include <utility>

namespace slipway {

// An operating error: something that the caller, the host or a peer did, and that the program handles.
// `code` and `message` are AWS's words where AWS has them ("ClientException", "Cluster not found.");
// `http_status` is what an API answers with. Broken invariants are not Errors: they crash (base/check.hpp).
struct Error {
  std::string code;
  std::string message;
  int http_status = 400;

  bool operator==(const Error&) const = default;
};

template <class T = void>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(std::string code, std::string message, int http_status = 400) {
  return std::unexpected(Error{std::move(code), std::move(message), http_status});
}

// Hands an error on: `if (!x) return pass(x);`
template <class T>
std::unexpected<Error> pass(std::expected<T, Error>& result) {
  return std::unexpected(std::move(result.error()));
}

}  // namespace slipway
