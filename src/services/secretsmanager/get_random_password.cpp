#include "services/secretsmanager/lookup.hpp"
#include "services/secretsmanager/table.hpp"
#include "wire/gen/secretsmanager.hpp"

namespace slipway::services::secretsmanager {
namespace {

using Request = wire::secretsmanager::GetRandomPasswordRequest;

// The kinds of characters that may stand in the password, without what is excluded.
std::vector<std::string> kinds_of(const Request& request) {
  std::vector<std::string> kinds;
  const auto add = [&](bool excluded, std::string_view characters) {
    std::string kind;
    for (const char c : characters)
      if (!request.exclude_characters().contains(c)) kind += c;
    if (!excluded && !kind.empty()) kinds.push_back(std::move(kind));
  };
  add(request.exclude_lowercase(), "abcdefghijklmnopqrstuvwxyz");
  add(request.exclude_uppercase(), "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
  add(request.exclude_numbers(), "0123456789");
  add(request.exclude_punctuation(), "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~");
  add(!request.include_space(), " ");
  return kinds;
}

}  // namespace

// One of each kind that is wanted, then any of all kinds, and all of it shuffled.
Result<wire::Value> get_random_password(Call& call) {
  const Request request(call.input);
  const std::size_t length = request.has_password_length() ? std::size_t(request.password_length()) : 32;
  const std::vector<std::string> kinds = kinds_of(request);
  std::string all;
  for (const std::string& kind : kinds) all += kind;
  if (all.empty()) return invalid("The password would have no characters: all are excluded.");
  const bool each = !request.has_require_each_included_type() || request.require_each_included_type();
  if (each && length < kinds.size())
    return invalid("The password length " + std::to_string(length) +
                   " is too short based on the required types.");
  Random& random = call.turn.random;
  std::string password;
  if (each)
    for (const std::string& kind : kinds) password += kind[random.below(kind.size())];
  while (password.size() < length) password += all[random.below(all.size())];
  for (std::size_t i = password.size(); i > 1; --i) std::swap(password[i - 1], password[random.below(i)]);
  wire::secretsmanager::GetRandomPasswordResponse response;
  response.set_random_password(password);
  return std::move(response).raw();
}

}  // namespace slipway::services::secretsmanager
