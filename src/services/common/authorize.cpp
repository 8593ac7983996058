#include "services/common/authorize.hpp"

#include <algorithm>
#include <array>

#include "services/common/error_style.hpp"

namespace slipway::services {
namespace {

using auth::AuthFailure;
using auth::Principal;
using auth::PrincipalKind;

constexpr std::string_view administrator_access = "arn:aws:iam::aws:policy/AdministratorAccess";

// What an agent calls (agent-wire.md §4), and nothing more.
constexpr std::array<std::string_view, 14> node_actions{"ecs:CreateCluster",
                                                        "ecs:DiscoverPollEndpoint",
                                                        "ecs:ListTagsForResource",
                                                        "ecs:Poll",
                                                        "ecs:RegisterContainerInstance",
                                                        "ecs:StartTelemetrySession",
                                                        "ecs:SubmitAttachmentStateChanges",
                                                        "ecs:SubmitContainerStateChange",
                                                        "ecs:SubmitTaskStateChange",
                                                        "ecs:UpdateContainerInstancesState",
                                                        "logs:CreateLogGroup",
                                                        "logs:CreateLogStream",
                                                        "logs:DescribeLogStreams",
                                                        "logs:PutLogEvents"};

std::string_view last_segment(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

// A user or role: its own policies allow everything and no boundary narrows them.
template <class Identity>
bool is_administrator(const Identity& who) {
  const auto& attached = who.attached_policy_arns;
  return std::ranges::find(attached, administrator_access) != attached.end() &&
         (who.permissions_boundary.empty() || who.permissions_boundary == administrator_access);
}

// A task's session ends with the task.
bool task_is_over(const core::State& state, std::string_view task_arn) {
  const auto arn = Arn::parse(task_arn);
  if (!arn) return true;
  const Realm realm{arn->account, arn->region};
  const auto* task = state.tasks.find(core::ecs::Task::key_of(realm, last_segment(arn->resource)));
  return !task || task->stopped();
}

struct Standing {
  bool valid = false;
  bool administrator = false;
};

Standing standing_of(const core::State& state, const Principal& who) {
  switch (who.kind) {
    case PrincipalKind::root: {
      const auto* key = state.access_keys.find(core::iam::AccessKey::key_of(who.account, who.access_key_id));
      return {who.is_session() || (key && key->active), true};
    }
    case PrincipalKind::user: {
      const auto* user = state.users.find(core::iam::User::key_of(who.account, last_segment(who.arn)));
      if (!user || user->id != who.user_id) return {};
      if (!who.is_session()) {
        const auto* key =
            state.access_keys.find(core::iam::AccessKey::key_of(who.account, who.access_key_id));
        if (!key || !key->active) return {};
      }
      return {true, is_administrator(*user)};
    }
    case PrincipalKind::role_session: {
      const auto* role = state.roles.find(core::iam::Role::key_of(who.account, last_segment(who.role_arn)));
      if (!role || role->id != who.role_id || who.issued < role->sessions_revoked_before) return {};
      if (!who.task_arn.empty() && task_is_over(state, who.task_arn)) return {};
      return {true, who.session_policy.empty() && is_administrator(*role)};
    }
    case PrincipalKind::node:
      return {true, false};
  }
  return {};
}

Error denied(const Principal& who, const wire::Service& service, const std::string& action) {
  const std::string message = "User: " + who.arn + " is not authorized to perform: " + action +
                              " on resource: * because no identity-based policy allows the " + action +
                              " action";
  switch (service.protocol) {
    case wire::Protocol::ec2:
      return {"UnauthorizedOperation", "You are not authorized to perform this operation. " + message, 403};
    case wire::Protocol::query:
    case wire::Protocol::rest_xml:
      return {"AccessDenied", message, 403};
    case wire::Protocol::rest_json:
      return {"AccessDeniedException", message, 403};
    case wire::Protocol::json:
      break;
  }
  return {"AccessDeniedException", message, 400};
}

}  // namespace

Result<> authorize(const core::State& state, const Principal& who, const wire::Service& service,
                   std::string_view operation) {
  const Standing standing = standing_of(state, who);
  if (!standing.valid)
    return std::unexpected(
        auth::render({who.is_session() ? AuthFailure::expired_token : AuthFailure::unknown_key, {}},
                     error_style(service.protocol)));
  if (standing.administrator) return {};
  const std::string action = std::string(service.signing_name) + ":" + std::string(operation);
  if (action == "sts:GetCallerIdentity") return {};
  if (who.kind == PrincipalKind::node && std::ranges::find(node_actions, action) != node_actions.end())
    return {};
  return std::unexpected(denied(who, service, action));
}

}  // namespace slipway::services
