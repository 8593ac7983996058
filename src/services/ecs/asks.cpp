#include "services/ecs/asks.hpp"

#include "services/common/call.hpp"
#include "services/ecs/resolve.hpp"
#include "wire/gen/ecs.hpp"

namespace slipway::services::ecs {
namespace {

namespace ops = wire::ecs::operations;

// "c1" of "c1" and of arn:…:cluster/c1; "default" of nothing.
std::string cluster_name(std::string_view given) {
  if (given.starts_with("arn:")) given = given.substr(given.rfind('/') + 1);
  return std::string(given.empty() ? "default" : given);
}
std::string arn_of(const Call& call, std::string_view given, std::string_view prefix) {
  if (given.starts_with("arn:")) return std::string(given);
  return call.realm.arn("ecs", std::string(prefix) + std::string(given));
}

// What is there is judged by its own ARN, however the request wrote it: what the step will find is what
// counts. What is not there is judged by the request's words, so that nobody learns what he may not see.
template <class E>
void on_found(const E* found, std::string otherwise, Asks& out) {
  if (found)
    out.on(found->arn(), &found->tags);
  else
    out.on(std::move(otherwise));
}

std::string cluster_arn(const Call& call, std::string_view given) {
  const auto cluster = find_cluster(call, given);
  return cluster ? (*cluster)->arn() : arn_of(call, given.empty() ? "default" : given, "cluster/");
}
void add_cluster_key(const Call& call, std::string_view given, Asks& out) {
  out.key("ecs:cluster", cluster_arn(call, given));
}

void on_cluster(const Call& call, std::string_view given, Asks& out) {
  const auto cluster = find_cluster(call, given);
  on_found(cluster ? *cluster : nullptr, cluster_arn(call, given), out);
}

void on_task(const Call& call, std::string_view cluster, std::string_view given, Asks& out) {
  const std::string name = cluster_name(cluster);
  on_found(find_task(call, name, given), arn_of(call, given, "task/" + name + "/"), out);
}

void on_instance(const Call& call, std::string_view cluster, std::string_view given, Asks& out) {
  const std::string name = cluster_name(cluster);
  on_found(find_container_instance(call, name, given),
           arn_of(call, given, "container-instance/" + name + "/"), out);
}

void on_definition(const Call& call, std::string_view given, Asks& out) {
  if (const auto* definition = find_task_definition(call, given))
    out.on(definition->arn(), &definition->tags);
  else
    out.on(arn_of(call, given, "task-definition/"));
}

// Tags of a new resource: leave to tag is asked besides (ECS developer guide, "Grant permission to tag
// resources on creation").
template <class Request>
void add_tags(const Request& request, std::string_view create_action, const std::string& resource,
              Asks& out) {
  if (request.tags().empty()) return;
  for (const auto tag : request.tags()) out.request_tag(tag.key(), tag.value());
  out.also("ecs:TagResource", resource).keys.emplace_back("ecs:createaction", create_action);
}

// A role is given away to the tasks: whoever does it must be allowed to pass it.
void pass_role(const Call& call, std::string_view given, Asks& out) {
  if (given.empty()) return;
  const std::string arn = given.starts_with("arn:")
                              ? std::string(given)
                              : "arn:aws:iam::" + call.realm.account + ":role/" + std::string(given);
  const std::string name = arn.substr(arn.rfind('/') + 1);
  const auto* role = call.turn.state.roles.find(core::iam::Role::key_of(call.realm.account, name));
  out.also("iam:PassRole", role ? role->arn() : arn, role ? &role->tags : nullptr)
      .keys.emplace_back("iam:passedtoservice", "ecs-tasks.amazonaws.com");
}

void create_cluster(const Call& call, Asks& out) {
  const wire::ecs::CreateClusterRequest request(call.input);
  const std::string arn = call.realm.arn("ecs", "cluster/" + cluster_name(request.cluster_name()));
  out.on(arn);
  for (const auto provider : request.capacity_providers()) out.key("ecs:capacity-provider", provider);
  add_tags(request, "CreateCluster", arn, out);
}

void delete_cluster(const Call& call, Asks& out) {
  on_cluster(call, wire::ecs::DeleteClusterRequest(call.input).cluster(), out);
}

void describe_clusters(const Call& call, Asks& out) {
  const wire::ecs::DescribeClustersRequest request(call.input);
  if (request.clusters().empty()) return on_cluster(call, {}, out);
  for (const auto each : request.clusters()) on_cluster(call, each, out);
}

void register_task_definition(const Call& call, Asks& out) {
  const wire::ecs::RegisterTaskDefinitionRequest request(call.input);
  const std::string arn = call.realm.arn("ecs", "task-definition/" + std::string(request.family()) + ":*");
  out.on(arn);
  for (const auto each : request.requires_compatibilities()) out.key("ecs:compute-compatibility", each);
  bool privileged = false;
  for (const auto each : request.container_definitions()) privileged |= each.privileged();
  out.key("ecs:privileged", privileged ? "true" : "false");
  if (request.has_cpu()) out.key("ecs:task-cpu", request.cpu());
  if (request.has_memory()) out.key("ecs:task-memory", request.memory());
  add_tags(request, "RegisterTaskDefinition", arn, out);
  pass_role(call, request.task_role_arn(), out);
  pass_role(call, request.execution_role_arn(), out);
}

// RunTask and StartTask.
template <class Request>
void launch(const Call& call, const Request& request, std::string_view create_action, Asks& out) {
  on_definition(call, request.task_definition(), out);
  add_cluster_key(call, request.cluster(), out);
  out.key("ecs:enable-execute-command", request.enable_execute_command() ? "true" : "false");
  out.key("ecs:enable-ecs-managed-tags", request.enable_ecs_managed_tags() ? "true" : "false");
  out.key("ecs:enable-ebs-volumes", request.volume_configurations().empty() ? "false" : "true");
  if (request.has_propagate_tags()) out.key("ecs:propagate-tags", request.propagate_tags());
  const auto network = request.network_configuration().awsvpc_configuration();
  for (const auto subnet : network.subnets()) out.key("ecs:subnet", subnet);
  if (network.has_assign_public_ip())
    out.key("ecs:auto-assign-public-ip", network.assign_public_ip() == "ENABLED" ? "true" : "false");
  add_tags(request, create_action, call.realm.arn("ecs", "task/" + cluster_name(request.cluster()) + "/*"),
           out);
  // The roles that the tasks will have: the overrides', else the definition's (EventBridge user guide, on
  // RunTask as a target: its role needs iam:PassRole for the definition's roles).
  const auto* definition = find_task_definition(call, request.task_definition());
  const auto overrides = request.overrides();
  auto pass = [&](bool given, std::string_view override, std::string core::ecs::TaskDefinition::* role) {
    pass_role(call, given || !definition ? override : std::string_view(definition->*role), out);
  };
  pass(overrides.has_task_role_arn(), overrides.task_role_arn(), &core::ecs::TaskDefinition::task_role_arn);
  pass(overrides.has_execution_role_arn(), overrides.execution_role_arn(),
       &core::ecs::TaskDefinition::execution_role_arn);
}

void run_task(const Call& call, Asks& out) {
  const wire::ecs::RunTaskRequest request(call.input);
  for (const auto each : request.capacity_provider_strategy())
    out.key("ecs:capacity-provider", each.capacity_provider());
  launch(call, request, "RunTask", out);
}

void start_task(const Call& call, Asks& out) {
  const wire::ecs::StartTaskRequest request(call.input);
  const std::string cluster = cluster_name(request.cluster());
  for (const auto each : request.container_instances()) {
    const auto* instance = find_container_instance(call, cluster, each);
    out.key("ecs:container-instances",
            instance ? instance->arn() : arn_of(call, each, "container-instance/" + cluster + "/"));
  }
  launch(call, request, "StartTask", out);
}

void stop_task(const Call& call, Asks& out) {
  const wire::ecs::StopTaskRequest request(call.input);
  on_task(call, request.cluster(), request.task(), out);
  add_cluster_key(call, request.cluster(), out);
}

// DescribeTasks, GetTaskProtection, UpdateTaskProtection.
template <class Request>
void tasks(const Call& call, Asks& out) {
  const Request request(call.input);
  for (const auto each : request.tasks()) on_task(call, request.cluster(), each, out);
  add_cluster_key(call, request.cluster(), out);
}

void list_tasks(const Call& call, Asks& out) {
  const wire::ecs::ListTasksRequest request(call.input);
  on_instance(call, request.cluster(), request.has_container_instance() ? request.container_instance() : "*",
              out);
  add_cluster_key(call, request.cluster(), out);
}

void register_container_instance(const Call& call, Asks& out) {
  const wire::ecs::RegisterContainerInstanceRequest request(call.input);
  on_cluster(call, request.cluster(), out);
  add_tags(request, "RegisterContainerInstance",
           call.realm.arn("ecs", "container-instance/" + cluster_name(request.cluster()) + "/*"), out);
}

template <class Request>
void of_cluster(const Call& call, Asks& out) {
  on_cluster(call, Request(call.input).cluster(), out);
}

// DescribeContainerInstances, UpdateContainerInstancesState.
template <class Request>
void instances(const Call& call, Asks& out) {
  const Request request(call.input);
  for (const auto each : request.container_instances()) on_instance(call, request.cluster(), each, out);
  add_cluster_key(call, request.cluster(), out);
}

// The tags of what an ARN names, of any kind.
void on_resource(const Call& call, std::string_view arn, Asks& out) {
  const auto parsed = Arn::parse(arn);
  const std::string resource = parsed ? parsed->resource : std::string();
  const std::string kind = resource.substr(0, resource.find('/'));
  const std::string id = resource.substr(resource.rfind('/') + 1);  // the cluster before it is not looked at
  const core::State& state = call.turn.state;
  if (kind == "cluster") return on_cluster(call, arn, out);
  if (kind == "task")
    return on_found(state.tasks.find(core::ecs::Task::key_of(call.realm, id)), std::string(arn), out);
  if (kind == "container-instance")
    return on_found(state.container_instances.find(core::ecs::ContainerInstance::key_of(call.realm, id)),
                    std::string(arn), out);
  if (kind == "task-definition") return on_definition(call, arn, out);
  out.on(std::string(arn));
}

void tag_resource(const Call& call, Asks& out) {
  const wire::ecs::TagResourceRequest request(call.input);
  on_resource(call, request.resource_arn(), out);
  for (const auto tag : request.tags()) out.request_tag(tag.key(), tag.value());
}
void untag_resource(const Call& call, Asks& out) {
  const wire::ecs::UntagResourceRequest request(call.input);
  on_resource(call, request.resource_arn(), out);
  for (const auto key : request.tag_keys()) out.tag_keys.emplace_back(key);
}
void list_tags_for_resource(const Call& call, Asks& out) {
  on_resource(call, wire::ecs::ListTagsForResourceRequest(call.input).resource_arn(), out);
}

}  // namespace

std::span<const AskEntry> asks() {
  constexpr bool more = false;  // asks for other actions besides its own
  using namespace wire::ecs;
  static const AskEntry entries[] = {
      {&ops::CreateCluster, create_cluster, more},
      {&ops::DeleteCluster, delete_cluster},
      {&ops::DescribeClusters, describe_clusters},
      {&ops::RegisterTaskDefinition, register_task_definition, more},
      {&ops::RunTask, run_task, more},
      {&ops::StartTask, start_task, more},
      {&ops::StopTask, stop_task},
      {&ops::DescribeTasks, tasks<DescribeTasksRequest>},
      {&ops::GetTaskProtection, tasks<GetTaskProtectionRequest>},
      {&ops::UpdateTaskProtection, tasks<UpdateTaskProtectionRequest>},
      {&ops::ListTasks, list_tasks},
      {&ops::RegisterContainerInstance, register_container_instance, more},
      {&ops::DeregisterContainerInstance, of_cluster<DeregisterContainerInstanceRequest>},
      {&ops::DescribeContainerInstances, instances<DescribeContainerInstancesRequest>},
      {&ops::UpdateContainerInstancesState, instances<UpdateContainerInstancesStateRequest>},
      {&ops::ListContainerInstances, of_cluster<ListContainerInstancesRequest>},
      {&ops::SubmitTaskStateChange, of_cluster<SubmitTaskStateChangeRequest>},
      {&ops::SubmitContainerStateChange, of_cluster<SubmitContainerStateChangeRequest>},
      {&ops::SubmitAttachmentStateChanges, of_cluster<SubmitAttachmentStateChangesRequest>},
      {&ops::TagResource, tag_resource},
      {&ops::UntagResource, untag_resource},
      {&ops::ListTagsForResource, list_tags_for_resource},
  };
  return entries;
}

}  // namespace slipway::services::ecs
