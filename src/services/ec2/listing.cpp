#include "services/ec2/listing.hpp"

#include "base/limits.hpp"
#include "services/common/page.hpp"
#include "wire/json_text.hpp"

namespace slipway::services::ec2 {

Ids ids_of(const wire::ListOf<std::string_view>& asked) {
  Ids ids;
  for (const std::string_view id : asked) ids.emplace(id);
  return ids;
}

Result<> check_ids_well_formed(const IdKind& kind, const Ids& ids) {
  const std::string prefix = std::string(kind.prefix) + "-";
  for (const std::string& id : ids)
    if (!id.starts_with(prefix))
      return fail(std::string(kind.malformed_code),
                  "Invalid id: \"" + id + "\" (expecting \"" + prefix + "...\")");
  return {};
}

std::unexpected<Error> missing_ids(const IdKind& kind, const Ids& ids) {
  std::string list;
  for (const std::string& id : ids) list += (list.empty() ? "" : ", ") + id;
  return fail(std::string(kind.missing_code), "The " + std::string(kind.noun) +
                                                  (ids.size() > 1 ? "s '" : " '") + list +
                                                  (ids.size() > 1 ? "' do not exist" : "' does not exist"));
}

// Without MaxResults AWS gives a thousand, too, and a token for the rest.
Result<Page> page_of(const Call& call, bool has_max_results, std::int64_t max_results,
                     std::string_view next_token) {
  const std::int64_t size = has_max_results ? max_results : limits::ec2_page_max;
  const std::string value = "Value ( " + std::to_string(size) + " ) for parameter maxResults is invalid. ";
  if (size < limits::ec2_page_min)
    return fail("InvalidParameterValue", value + "Expecting a value greater than or equal to " +
                                             std::to_string(limits::ec2_page_min) + ".");
  if (size > limits::ec2_page_max)
    return fail("InvalidParameterValue", value + "Expecting a value less than or equal to " +
                                             std::to_string(limits::ec2_page_max) + ".");

  wire::Value question = call.input;
  for (const char* other : {"NextToken", "MaxResults", "DryRun"}) question.erase(other);
  Page page{std::size_t(size),
            call.realm.prefix() + std::string(call.operation.name) + wire::write_json(question),
            {}};
  if (next_token.empty()) return page;
  auto after = open_page_token(next_token, page.question);
  if (!after) return fail("InvalidNextToken", "The specified NextToken is not valid.");
  page.after = std::move(*after);
  return page;
}

std::string next_token_of(const Page& page, std::string_view last_key) {
  return page_token(last_key, page.question);
}

}  // namespace slipway::services::ec2
