#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

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
  std::string session_policy;       // inline session policy, JSON; narrows what the role allows
  std::string session_policy_arns;  // managed session policies: ARNs, each ended by '\n'
  std::string packed_session_tags;  // "key\tvalue\n" each: neither letter may stand in a tag

  std::vector<std::pair<std::string_view, std::string_view>> session_tags() const {
    std::vector<std::pair<std::string_view, std::string_view>> tags;
    for (std::string_view rest = packed_session_tags; !rest.empty();) {
      const auto end = rest.find('\n'), tab = rest.find('\t');
      if (end == rest.npos || tab > end) break;
      tags.emplace_back(rest.substr(0, tab), rest.substr(tab + 1, end - tab - 1));
      rest.remove_prefix(end + 1);
    }
    return tags;
  }
  bool is_session() const { return bool(expires); }
  bool operator==(const Principal&) const = default;
};

}  // namespace slipway::auth
