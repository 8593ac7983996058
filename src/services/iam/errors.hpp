#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

// IAM's errors in IAM's words.
namespace slipway::services::iam {

inline std::unexpected<Error> no_such_entity(std::string message) {
  return fail("NoSuchEntity", std::move(message), 404);
}
inline std::unexpected<Error> delete_conflict(std::string message) {
  return fail("DeleteConflict", std::move(message), 409);
}
inline std::unexpected<Error> limit_exceeded(std::string message) {
  return fail("LimitExceeded", std::move(message), 409);
}
inline std::unexpected<Error> over_quota(std::string_view quota, std::size_t limit) {
  return limit_exceeded("Cannot exceed quota for " + std::string(quota) + ": " + std::to_string(limit));
}
inline std::unexpected<Error> invalid_input(std::string message) {
  return fail("InvalidInput", std::move(message));
}
inline std::unexpected<Error> validation_error(std::string message) {
  return fail("ValidationError", std::move(message));
}

}  // namespace slipway::services::iam
