#include "services/sts/asks.hpp"

#include "services/common/call.hpp"
#include "wire/gen/sts.hpp"

namespace slipway::services::sts {
namespace {

// A role that is not there is judged as one whose trust policy lets nobody in: the two look the same.
void on_role(const core::iam::Role* role, std::string_view arn, Ask& ask) {
  ask.resource = arn;
  ask.policy_must_allow = true;
  ask.is_trust = true;
  if (!role) return;
  ask.tags = &role->tags;
  ask.policy = role->trust_policy;
  ask.account = role->account;
}

void assume_role(const Call& call, Asks& out) {
  const wire::sts::AssumeRoleRequest request(call.input);
  const auto arn = Arn::parse(request.role_arn());
  const core::iam::Role* role = nullptr;
  if (arn) {
    const std::string name = arn->resource.substr(arn->resource.rfind('/') + 1);
    role = call.turn.state.roles.find(core::iam::Role::key_of(arn->account, name));
    if (role && role->arn() != request.role_arn()) role = nullptr;
  }
  on_role(role, request.role_arn(), out.on(""));
  out.key("sts:rolesessionname", request.role_session_name());
  if (request.has_external_id()) out.key("sts:externalid", request.external_id());
  for (const auto tag : request.tags()) out.request_tag(tag.key(), tag.value());
  for (const auto key : request.transitive_tag_keys()) out.key("sts:transitivetagkeys", key);
  if (!request.tags().empty()) on_role(role, request.role_arn(), out.also("sts:TagSession", ""));
  if (request.has_source_identity()) {
    out.key("sts:sourceidentity", request.source_identity());
    on_role(role, request.role_arn(), out.also("sts:SetSourceIdentity", ""));
  }
}

}  // namespace

std::span<const AskEntry> asks() {
  static const AskEntry entries[] = {{&wire::sts::operations::AssumeRole, assume_role, false}};
  return entries;
}

}  // namespace slipway::services::sts
