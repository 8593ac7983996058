#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"

// Who a container's process is, by the image's own /etc/passwd and /etc/group (passwd(5), group(5)).
namespace slipway::runtime {

struct ExecUser {
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::vector<std::uint32_t> additional_gids;
  std::string home = "/";

  bool operator==(const ExecUser&) const = default;
};

// `user` as ContainerSpec::user has it. As Docker: a user given without a group gets the primary group of its
// passwd entry and every group that lists it; a number without an entry is taken as it is, with group 0.
// Error "CannotStartContainerError" with Docker's words for names that are not there.
Result<ExecUser> resolve_user(const std::string& user, const std::string& passwd, const std::string& group);

// A small file of the image as the stacked layers show it; empty where there is none. Links are followed
// inside a layer only.
std::string read_from_layers(const std::vector<std::string>& layers, const std::string& path);

}  // namespace slipway::runtime
