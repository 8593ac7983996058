#pragma once

#include <map>
#include <string>

#include "base/result.hpp"
#include "services/iam/pager.hpp"
#include "wire/gen/iam.hpp"

namespace slipway::services::iam {

using Tags = std::map<std::string, std::string>;

// `held` with `added` put over it. Keys differ by more than case (IAM user guide, "Tags for IAM resources").
// Errors: InvalidInput (a key twice, a reserved key), LimitExceeded.
Result<Tags> with_tags(Tags held, const wire::ListOf<wire::iam::Tag>& added);
// `held` without `keys`; those that it does not have are left alone.
Tags without_tags(Tags held, const wire::ListOf<std::string_view>& keys);

wire::ListOf<wire::iam::Tag> tags_view(const Tags& tags);

// The answer of ListUserTags and ListRoleTags.
template <class Response, class Request>
Result<wire::Value> list_tags(const Call& call, const Request& request, std::string_view name,
                              const Tags& tags) {
  auto pager = Pager::open(call, request, name);
  if (!pager) return pass(pager);
  Response response;
  wire::ListOf<wire::iam::Tag> page;
  for (const auto& [key, value] : tags) {
    if (pager->skips(key)) continue;
    if (!pager->admits(key)) break;
    page.push_back(wire::iam::Tag().set_key(key).set_value(value));
  }
  response.set_tags(std::move(page));
  pager->close(response);
  return std::move(response).raw();
}

}  // namespace slipway::services::iam
