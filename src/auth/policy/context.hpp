#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace slipway::auth::policy {

// What a request tells its conditions and policy variables: the "request context" of the IAM user guide.
// Asked lazily, for the keys that a policy names, so that a policy without conditions costs nothing.
class Context {
 public:
  virtual ~Context() = default;
  // Appends the values of `key`, which is in lower case as a whole ("aws:principaltag/team": the names of
  // context keys differ by more than case). False where the request has no such key; then nothing is
  // appended.
  virtual bool values(std::string_view key, std::vector<std::string>& out) const = 0;
};

// Nothing is known.
class NoContext final : public Context {
 public:
  bool values(std::string_view, std::vector<std::string>&) const override { return false; }
};

}  // namespace slipway::auth::policy
