#include "base/limits.hpp"
#include "services/ec2/errors.hpp"
#include "services/ec2/table.hpp"
#include "services/ec2/tagged.hpp"

namespace slipway::services::ec2 {
namespace {

using core::State;

Result<> check_count(const wire::ListOf<std::string_view>& resources) {
  if (resources.size() > limits::ec2_request_items)
    return invalid_value("The maximum number of resources in one call is " +
                         std::to_string(limits::ec2_request_items));
  return {};
}

struct Item {
  std::string resource_id;
  std::string resource_type;
  std::string tag_key;
  std::string tag_value;

  std::string key() const { return resource_id + "/" + tag_key; }
  Tags tags() const { return {{tag_key, tag_value}}; }
};

constexpr FilterField<Item> fields[] = {
    {"key", [](const State&, const Item& i) { return Values{i.tag_key}; }},
    {"resource-id", [](const State&, const Item& i) { return Values{i.resource_id}; }},
    {"resource-type", [](const State&, const Item& i) { return Values{i.resource_type}; }},
    {"value", [](const State&, const Item& i) { return Values{i.tag_value}; }},
};

std::vector<Item> all_items(const Call& call) {
  std::vector<Item> items;
  auto add = [&](const std::string& id, std::string_view type, const Tags& tags) {
    for (const auto& [key, value] : tags) items.push_back({id, std::string(type), key, value});
  };
  any_tagged_table(call.turn.state,
                   [&]<class E>(const core::Table<E>& table, const IdKind&, std::string_view type) {
                     table.scan(call.realm.prefix(), "", [&](const E& row) {
                       add(row.key().substr(call.realm.prefix().size()), type, row.tags);
                       if constexpr (requires { row.rules; })
                         for (const auto& rule : row.rules) add(rule.id, "security-group-rule", rule.tags);
                       return true;
                     });
                     return false;
                   });
  std::ranges::sort(items, {}, &Item::key);
  return items;
}

}  // namespace

Result<wire::Value> create_tags(Call& call) {
  const wire::ec2::CreateTagsRequest request(call.input);
  if (auto good = check_count(request.resources()); !good) return pass(good);
  auto tags = read_tags(request.tags());
  if (!tags) return pass(tags);
  for (const std::string_view id : request.resources())
    if (auto done = change_tags(call, std::string(id), [&](Tags& all) { return add_tags(all, *tags); });
        !done)
      return pass(done);
  return wire::Value::object();
}

// A tag that is named without a value goes whatever its value is; with no tag named, all go.
Result<wire::Value> delete_tags(Call& call) {
  const wire::ec2::DeleteTagsRequest request(call.input);
  if (auto good = check_count(request.resources()); !good) return pass(good);
  if (auto good = read_tags(request.tags()); !good) return pass(good);
  auto remove = [&](Tags& all) -> Result<> {
    if (request.tags().empty()) all.clear();
    for (const wire::ec2::Tag tag : request.tags())
      if (const auto at = all.find(std::string(tag.key()));
          at != all.end() && (!tag.has_value() || tag.value() == at->second))
        all.erase(at);
    return {};
  };
  for (const std::string_view id : request.resources())
    if (auto done = change_tags(call, std::string(id), remove); !done) return pass(done);
  return wire::Value::object();
}

Result<wire::Value> describe_tags(Call& call) {
  const wire::ec2::DescribeTagsRequest request(call.input);
  wire::ListOf<wire::ec2::TagDescription> page;
  auto next = describe_items<Item>(call, request, fields, all_items(call), [&](const Item& item) {
    page.push_back(wire::ec2::TagDescription()
                       .set_resource_id(item.resource_id)
                       .set_resource_type(item.resource_type)
                       .set_key(item.tag_key)
                       .set_value(item.tag_value));
  });
  if (!next) return pass(next);
  wire::ec2::DescribeTagsResult result;
  result.set_tags(std::move(page));
  if (!next->empty()) result.set_next_token(*next);
  return std::move(result).raw();
}

}  // namespace slipway::services::ec2
