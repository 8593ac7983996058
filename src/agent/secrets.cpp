#include "agent/secrets.hpp"

#include <algorithm>
#include <array>

#include "base/limits.hpp"
#include "http/loop.hpp"
#include "wire/json_text.hpp"

namespace slipway::agent {

namespace {

using wire::Value;

constexpr JsonService ssm_service{"ssm", "AmazonSSM"};
constexpr JsonService secrets_service{"secretsmanager", "secretsmanager"};
constexpr int tries = 3;
constexpr std::int64_t retry_ms = 200;

std::unexpected<Error> refuse(std::string_view what, int tried, const std::string& why) {
  return fail("ResourceInitializationError",
              "unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve " +
                  std::string(what) + ": service call has been retried " + std::to_string(tried) +
                  " time(s): " + why);
}

bool passing(const Error& error) {
  return error.http_status == 0 || error.http_status >= 500 || error.code == "ThrottlingException";
}

// A service that is away comes back; what it refuses it would refuse again.
http::Task<Result<Value>> call_as(ApiClient& api, JsonService service, std::string_view operation, Value input,
                                  std::string region, RoleCredentials role, http::Cancel cancel, int& tried) {
  for (tried = 1;; ++tried) {
    Result<Value> answer = co_await api.call(
        service, operation, input,
        {.region = region,
         .timeout_ms = limits::metadata_call_timeout_ms,
         .credentials = auth::Credentials{role.access_key_id, role.secret_access_key, role.session_token},
         .cancel = cancel});
    if (answer || tried == tries || !passing(answer.error()) || cancel.requested()) co_return answer;
    co_await http::Loop::current().sleep(retry_ms << tried, cancel);
  }
}

http::Task<Result<std::string>> parameter(ApiClient& api, RoleCredentials role, SecretReference wanted,
                                          http::Cancel cancel) {
  int tried = 0;
  Value input = Value::object({{"Names", Value::list({Value(wanted.value_from)})}, {"WithDecryption", true}});
  Result<Value> answer = co_await call_as(api, ssm_service, "GetParameters", std::move(input), wanted.region,
                                          std::move(role), std::move(cancel), tried);
  if (!answer) co_return refuse("secrets from ssm", tried, answer.error().code + ": " + answer.error().message);
  if (answer->get("Parameters").empty())
    co_return refuse("secrets from ssm", tried, "Invalid parameters: " + wanted.value_from);
  co_return std::string(answer->get("Parameters").at(0).get("Value").string());
}

http::Task<Result<std::string>> secret(ApiClient& api, RoleCredentials role, SecretReference wanted,
                                       http::Cancel cancel) {
  constexpr std::string_view what = "secret from asm";
  const SecretPlace place = parse_secret_place(wanted.value_from);
  Value input = Value::object({{"SecretId", place.id}});
  if (!place.version_stage.empty()) input.set("VersionStage", place.version_stage);
  if (!place.version_id.empty()) input.set("VersionId", place.version_id);
  int tried = 0;
  Result<Value> answer = co_await call_as(api, secrets_service, "GetSecretValue", std::move(input),
                                          wanted.region, std::move(role), std::move(cancel), tried);
  if (!answer)
    co_return refuse(what, tried, "failed to fetch secret " + place.id + " from secrets manager: " +
                                      answer.error().code + ": " + answer.error().message);
  if (!answer->find("SecretString"))
    co_return refuse(what, tried, "secret " + place.id + " is binary; a container takes text");
  std::string text(answer->get("SecretString").string());
  if (place.json_key.empty()) co_return text;
  // The secret's own text is never told, neither here nor by the parser's error.
  const Result<Value> document = wire::parse_json(text);
  const Value* member = document && document->is(wire::Kind::object) ? document->find(place.json_key) : nullptr;
  if (!member)
    co_return refuse(what, tried,
                     "retrieved secret from Secrets Manager did not contain json key " + place.json_key);
  co_return member->is(wire::Kind::string) ? std::string(member->string()) : wire::write_json(*member);
}

}  // namespace

SecretPlace parse_secret_place(std::string_view value_from) {
  std::array<std::string, 10> parts;
  std::size_t count = 0;
  for (std::string_view rest = value_from; count < parts.size(); ++count) {
    const std::size_t colon = count + 1 < parts.size() ? rest.find(':') : rest.npos;
    parts[count] = rest.substr(0, colon);
    if (colon == rest.npos) break;
    rest.remove_prefix(colon + 1);
  }
  constexpr std::size_t arn_parts = 7;
  if (count < arn_parts) return {.id = std::string(value_from)};
  SecretPlace place{.json_key = parts[7], .version_stage = parts[8], .version_id = parts[9]};
  for (std::size_t at = 0; at < arn_parts; ++at) place.id += (at > 0 ? ":" : "") + parts[at];
  return place;
}

http::Task<Result<std::vector<std::pair<std::string, std::string>>>> fetch_secrets(
    ApiClient& api, RoleCredentials role, std::vector<SecretReference> wanted, http::Cancel cancel) {
  std::vector<std::pair<std::string, std::string>> values;
  for (const SecretReference& each : wanted) {
    Result<std::string> value = each.provider == "asm" ? co_await secret(api, role, each, cancel)
                                                       : co_await parameter(api, role, each, cancel);
    if (!value) co_return pass(value);
    values.emplace_back(each.name, std::move(*value));
  }
  co_return values;
}

http::Task<Result<std::pair<std::string, std::string>>> fetch_registry_credentials(ApiClient& api,
                                                                                   RoleCredentials role,
                                                                                   SecretReference from,
                                                                                   http::Cancel cancel) {
  Result<std::string> text = co_await secret(api, std::move(role), from, std::move(cancel));
  if (!text) co_return pass(text);
  const Result<Value> document = wire::parse_json(*text);
  if (!document || document->get("username").string().empty())
    co_return refuse("secret from asm", 1, "secret " + from.value_from + " holds no username and password");
  co_return std::pair(std::string(document->get("username").string()),
                      std::string(document->get("password").string()));
}

}  // namespace slipway::agent
