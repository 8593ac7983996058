#include "services/ec2/asks.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "services/common/call.hpp"
#include "services/ec2/tagged.hpp"
#include "wire/gen/ec2.hpp"

namespace slipway::services::ec2 {
namespace {

template <class E>
void on_keys(const Call& call, const core::Table<E>& table, const std::set<std::string>& keys,
             const char* type, Asks& out) {
  for (const std::string& key : keys) {
    if (!key.starts_with(call.realm.prefix())) continue;
    const std::string id = key.substr(key.rfind('/') + 1);
    out.on(call.realm.arn("ec2", std::string(type) + "/" + id), &table.find(key)->tags);
  }
}

// What has no ARN of its own stands for what it belongs to: a rule for its group, an association for its
// route table or address, a public address for its allocation.
void on_part(const Call& call, const std::string& id, Asks& out) {
  const core::State& state = call.turn.state;
  const std::string value = call.realm.prefix() + id;
  on_keys(call, state.security_groups, state.security_groups.with("rule", value), "security-group", out);
  on_keys(call, state.route_tables, state.route_tables.with("association", value), "route-table", out);
  on_keys(call, state.addresses, state.addresses.with("association", value), "elastic-ip", out);
  on_keys(call, state.addresses, state.addresses.with("public-ip", id), "elastic-ip", out);
}

// "vpc/vpc-0a1b" with its tags, for what is an id of a resource that has an ARN.
void on_id(const Call& call, const std::string& id, Asks& out) {
  if (id.empty()) return;
  on_part(call, id, out);
  const auto dash = id.rfind('-');
  const std::string prefix = id.substr(0, dash == id.npos ? 0 : dash);
  any_tagged_table(call.turn.state,
                   [&]<class E>(core::Table<E>& table, const IdKind& kind, std::string_view type) {
                     if (prefix != kind.prefix) return false;
                     const E* row = table.find(E::key_of(call.realm, id));
                     out.on(call.realm.arn("ec2", std::string(type) + "/" + id), row ? &row->tags : nullptr);
                     return true;
                   });
}

// The ids among the request's own members; what stands deeper (a rule's peer) is not acted upon.
void on_named(const Call& call, Asks& out) {
  for (const auto& [name, value] : call.input.entries()) {
    if (value.is(wire::Kind::string)) on_id(call, std::string(value.string()), out);
    for (const wire::Value& item : value.items())
      if (item.is(wire::Kind::string)) on_id(call, std::string(item.string()), out);
  }
}

// ec2:Create… of a resource of this type; with tags, leave to tag it is asked besides.
void on_new(const Call& call, const char* type, Asks& out) {
  const std::string arn = call.realm.arn("ec2", std::string(type) + "/*");
  out.on(arn);
  on_named(call, out);
  bool tagged = false;
  for (const wire::Value& specification : call.input.get("TagSpecifications").items())
    for (const wire::Value& tag : specification.get("Tags").items()) {
      out.request_tag(tag.get("Key").string(), tag.get("Value").string());
      tagged = true;
    }
  if (tagged)
    out.also("ec2:CreateTags", arn).keys.emplace_back("ec2:createaction", std::string(call.operation.name));
}

template <const char* type>
void makes(const Call& call, Asks& out) {
  on_new(call, type, out);
}

void create_tags(const Call& call, Asks& out) {
  on_named(call, out);
  for (const wire::Value& tag : call.input.get("Tags").items())
    out.request_tag(tag.get("Key").string(), tag.get("Value").string());
}
void delete_tags(const Call& call, Asks& out) {
  on_named(call, out);
  for (const wire::Value& tag : call.input.get("Tags").items())
    out.tag_keys.emplace_back(tag.get("Key").string());
}

constexpr char vpc[] = "vpc", subnet[] = "subnet", security_group[] = "security-group",
               gateway[] = "internet-gateway", route_table[] = "route-table", nat[] = "natgateway",
               address[] = "elastic-ip", network_interface[] = "network-interface";

std::vector<AskEntry> make_entries() {
  namespace op = wire::ec2::operations;
  std::vector<AskEntry> entries{
      {&op::CreateVpc, makes<vpc>, false},
      {&op::CreateSubnet, makes<subnet>, false},
      {&op::CreateSecurityGroup, makes<security_group>, false},
      {&op::CreateInternetGateway, makes<gateway>, false},
      {&op::CreateRouteTable, makes<route_table>, false},
      {&op::CreateNatGateway, makes<nat>, false},
      {&op::AllocateAddress, makes<address>, false},
      {&op::CreateNetworkInterface, makes<network_interface>, false},
      {&op::CreateTags, create_tags},
      {&op::DeleteTags, delete_tags},
  };
  for (const wire::Operation& operation : wire::ec2::service.operations) {
    const bool listed = std::ranges::find(entries, &operation, &AskEntry::operation) != entries.end();
    if (!listed && !operation.name.starts_with("Describe")) entries.push_back({&operation, on_named});
  }
  return entries;
}

}  // namespace

std::span<const AskEntry> asks() {
  static const std::vector<AskEntry> entries = make_entries();
  return entries;
}

}  // namespace slipway::services::ec2
