#pragma once

#include "core/iam/group.hpp"
#include "core/iam/identity.hpp"
#include "wire/gen/iam.hpp"

namespace slipway::services::iam {

enum class Detail {
  listed,  // as the List operations show it: without tags
  whole,
};

wire::iam::User user_view(const core::iam::User& user, Detail detail);
wire::iam::Role role_view(const core::iam::Role& role, Detail detail);

wire::iam::Group group_view(const core::iam::Group& group);

// IAM tells times in whole seconds.
inline Instant whole_seconds(Instant time) {
  return {time.ms / 1'000 * 1'000};
}

inline std::string_view status_of(const core::iam::AccessKey& key) {
  return key.active ? "Active" : "Inactive";
}

}  // namespace slipway::services::iam
