#pragma once

#include <string>

#include "base/time.hpp"

namespace slipway::auth {

enum class PrincipalKind { root, user, role_session, node };

// Who calls, as far as the signature proves it. Whether the role still exists, the key is still active or the
// task still runs is judged in the turn, on the state that the operation sees.
struct Principal {
  PrincipalKind kind = PrincipalKind::user;
  std::string account;
  std::string arn;      // GetCallerIdentity's Arn: arn:aws:sts::000000000000:assumed-role/app/task-id
  std::string user_id;  // GetCallerIdentity's UserId: AIDA…; AROA…:session; the account for root
  std::string access_key_id;

  // Sessions only; empty or zero otherwise.
  Instant issued;
  Instant expires;
  std::string role_arn;  // arn:aws:iam::000000000000:role/path/app
  std::string role_id;   // AROA…
  std::string session_name;
  std::string task_arn;  // the session ends with this task
  std::string source_identity;
  std::string session_policy;  // inline session policy, JSON; narrows what the role allows

  bool is_session() const { return bool(expires); }
  bool operator==(const Principal&) const = default;
};

}  // namespace slipway::auth
