#include "services/ecs/errors.hpp"
#include "services/ecs/resolve.hpp"
#include "services/ecs/table.hpp"
#include "services/ecs/tags.hpp"

// TagResource, UntagResource and ListTagsForResource: one way to find what an ARN names, three things to do.
namespace slipway::services::ecs {
namespace {

// Calls use(table, key) for the resource of an ARN.
template <class Use>
Result<> with_resource(Call& call, std::string_view text, Use&& use) {
  const auto arn = Arn::parse(text);
  if (!arn || arn->service != "ecs") return invalid_parameter("Invalid resource ARN: " + std::string(text));
  core::State& state = call.turn.state;
  const Realm realm{arn->account, arn->region};
  if (realm != call.realm)
    return invalid_parameter("The resource " + std::string(text) + " belongs to another account or region.");
  const auto slash = arn->resource.find('/');
  const std::string type = arn->resource.substr(0, slash);
  const std::string rest = slash == std::string::npos ? std::string() : arn->resource.substr(slash + 1);
  const std::string last = rest.substr(rest.rfind('/') + 1);
  auto in = [&](auto& table, const std::string& key, const char* what) -> Result<> {
    if (!table.find(key)) return invalid_parameter(std::string("The specified ") + what + " is not found.");
    return use(table, key);
  };
  if (type == "cluster") {
    if (!state.clusters.find(core::ecs::Cluster::key_of(realm, rest))) return cluster_not_found();
    return use(state.clusters, core::ecs::Cluster::key_of(realm, rest));
  }
  if (type == "task") return in(state.tasks, core::ecs::Task::key_of(realm, last), "task");
  if (type == "container-instance")
    return in(state.container_instances, core::ecs::ContainerInstance::key_of(realm, last),
              "container instance");
  if (type == "task-definition") {
    const auto* definition = find_task_definition(call, text);
    return in(state.task_definitions, definition ? definition->key() : std::string(), "task definition");
  }
  return invalid_parameter("Tags are not supported for the resource type " + type + ".");
}

}  // namespace

Result<wire::Value> tag_resource(Call& call) {
  wire::ecs::TagResourceRequest request(call.input);
  auto done =
      with_resource(call, request.resource_arn(), [&](auto& table, const std::string& key) -> Result<> {
        Tags tags = table.find(key)->tags;
        if (auto merged = merge_tags(tags, request.tags()); !merged) return pass(merged);
        call.turn.modify(table, key, [&](auto& each) { each.tags = std::move(tags); });
        return {};
      });
  if (!done) return pass(done);
  return wire::Value::object();
}

Result<wire::Value> untag_resource(Call& call) {
  wire::ecs::UntagResourceRequest request(call.input);
  auto done =
      with_resource(call, request.resource_arn(), [&](auto& table, const std::string& key) -> Result<> {
        call.turn.modify(table, key, [&](auto& each) {
          for (const auto name : request.tag_keys()) each.tags.erase(std::string(name));
        });
        return {};
      });
  if (!done) return pass(done);
  return wire::Value::object();
}

Result<wire::Value> list_tags_for_resource(Call& call) {
  wire::ecs::ListTagsForResourceRequest request(call.input);
  wire::ecs::ListTagsForResourceResponse response;
  auto done =
      with_resource(call, request.resource_arn(), [&](auto& table, const std::string& key) -> Result<> {
        response.set_tags(tag_list(table.find(key)->tags));
        return {};
      });
  if (!done) return pass(done);
  return std::move(response).raw();
}

}  // namespace slipway::services::ecs
