#include "services/ecs/table.hpp"

#include "services/ecs/asks.hpp"

namespace slipway::services::ecs {

const ServiceTable& table() {
  namespace op = wire::ecs::operations;
  static const Route routes[] = {
      {&op::CreateCluster, Access::write, create_cluster},
      {&op::DeleteCluster, Access::write, delete_cluster},
      {&op::DescribeClusters, Access::read, describe_clusters},
      {&op::ListClusters, Access::read, list_clusters},
      {&op::RegisterTaskDefinition, Access::write, register_task_definition},
      {&op::DeregisterTaskDefinition, Access::write, deregister_task_definition},
      {&op::DescribeTaskDefinition, Access::read, describe_task_definition},
      {&op::ListTaskDefinitions, Access::read, list_task_definitions},
      {&op::ListTaskDefinitionFamilies, Access::read, list_task_definition_families},
      {&op::RunTask, Access::write, run_task},
      {&op::StartTask, Access::write, start_task},
      {&op::StopTask, Access::write, stop_task},
      {&op::DescribeTasks, Access::read, describe_tasks},
      {&op::ListTasks, Access::read, list_tasks},
      {&op::GetTaskProtection, Access::read, get_task_protection},
      {&op::UpdateTaskProtection, Access::read, update_task_protection},
      {&op::RegisterContainerInstance, Access::write, register_container_instance},
      {&op::DeregisterContainerInstance, Access::write, deregister_container_instance},
      {&op::DescribeContainerInstances, Access::read, describe_container_instances},
      {&op::ListContainerInstances, Access::read, list_container_instances},
      {&op::UpdateContainerInstancesState, Access::write, update_container_instances_state},
      {&op::DiscoverPollEndpoint, Access::read, discover_poll_endpoint},
      {&op::SubmitTaskStateChange, Access::write, submit_task_state_change},
      {&op::SubmitContainerStateChange, Access::write, submit_container_state_change},
      {&op::SubmitAttachmentStateChanges, Access::write, submit_attachment_state_changes},
      {&op::PutAttributes, Access::write, put_attributes},
      {&op::DeleteAttributes, Access::write, delete_attributes},
      {&op::ListAttributes, Access::read, list_attributes},
      {&op::PutAccountSetting, Access::write, put_account_setting},
      {&op::PutAccountSettingDefault, Access::write, put_account_setting_default},
      {&op::ListAccountSettings, Access::read, list_account_settings},
      {&op::DeleteAccountSetting, Access::write, delete_account_setting},
      {&op::DeleteTaskDefinitions, Access::write, delete_task_definitions},
      {&op::UpdateContainerAgent, Access::read, update_container_agent},
      {&op::TagResource, Access::write, tag_resource},
      {&op::UntagResource, Access::write, untag_resource},
      {&op::ListTagsForResource, Access::read, list_tags_for_resource},
  };
  static const ServiceTable service{&wire::ecs::service, routes, /*generic_validation=*/false, asks()};
  return service;
}

}  // namespace slipway::services::ecs
