#pragma once

#include <string>
#include <vector>

#include "services/secretsmanager/lookup.hpp"
#include "wire/gen/secretsmanager.hpp"

// Which secrets a listing shows, and in which order.
namespace slipway::services::secretsmanager {

// Whether a secret passes all filters (ListSecrets, "Filters"): a filter passes where one of its values is the
// beginning of what its key names, or, with a ! before it, where none is.
bool passes(const Secret& secret, const wire::ListOf<wire::secretsmanager::Filter>& filters);

struct Order {
  std::string by = "created-date";
  bool descending = false;
};

// The next `count` secrets of the realm after a position, and one more where there are more.
struct Listed {
  const Secret* secret = nullptr;
  std::string position;
};
template <class Wanted>
std::vector<Listed> next_secrets(const Call& call, const Order& order, const std::string& after,
                                 std::size_t count, Wanted wanted);

// A text that sorts as the secrets do.
std::string position_of(const Secret& secret, const Order& order);
void keep_first(std::vector<Listed>& found, const Order& order, std::size_t count);

template <class Wanted>
std::vector<Listed> next_secrets(const Call& call, const Order& order, const std::string& after,
                                 std::size_t count, Wanted wanted) {
  std::vector<Listed> found;
  call.turn.state.secrets.scan(call.realm.prefix(), "", [&](const Secret& secret) {
    std::string position = position_of(secret, order);
    const bool later = after.empty() || (order.descending ? position < after : position > after);
    if (later && wanted(secret)) found.push_back({&secret, std::move(position)});
    return true;
  });
  keep_first(found, order, count + 1);
  return found;
}

}  // namespace slipway::services::secretsmanager
