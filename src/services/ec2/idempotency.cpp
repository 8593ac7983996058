#include "services/ec2/idempotency.hpp"

#include "auth/digest.hpp"
#include "base/encoding.hpp"
#include "base/limits.hpp"
#include "services/ec2/errors.hpp"
#include "wire/json_text.hpp"

namespace slipway::services::ec2 {
namespace {

using core::IdempotencyToken;
constexpr std::size_t token_characters = 64;

std::string operation_of(const Call& call) {
  return "ec2:" + std::string(call.operation.name);
}

std::string digest_of(const Call& call) {
  wire::Value question = call.input;
  for (const char* other : {"ClientToken", "DryRun"}) question.erase(other);
  return hex(auth::view(auth::sha256(call.caller.arn + "\n" + wire::write_json(question))));
}

}  // namespace

Result<std::optional<std::string>> made_before(const Call& call) {
  const std::string_view token = call.input.get("ClientToken").string();
  if (token.empty()) return std::nullopt;
  if (token.size() > token_characters) return invalid_value("Client token too long: 64 characters at most.");
  const auto* row = call.turn.state.idempotency_tokens.find(
      IdempotencyToken::key_of(call.realm, operation_of(call), token));
  if (!row || call.now() >= row->expires_at) return std::nullopt;
  if (row->request_digest != digest_of(call))
    return fail("IdempotentParameterMismatch",
                "The client token was used before, with other parameters in the request.");
  return row->answer;
}

void remember_made(Call& call, std::string_view id) {
  const std::string_view token = call.input.get("ClientToken").string();
  if (token.empty()) return;
  IdempotencyToken row;
  row.realm = call.realm;
  row.operation = operation_of(call);
  row.token = token;
  row.request_digest = digest_of(call);
  row.answer = id;
  row.expires_at = call.now() + limits::idempotency_token_kept_ms;
  call.turn.put(call.turn.state.idempotency_tokens, std::move(row));
}

}  // namespace slipway::services::ec2
