#pragma once

#include "services/common/call.hpp"
#include "wire/gen/ecs.hpp"

namespace slipway::services::ecs {

// Elastic Container Service (ECS API reference, 2014-11-13).
const ServiceTable& table();

Result<wire::Value> create_cluster(Call& call);
Result<wire::Value> delete_cluster(Call& call);
Result<wire::Value> describe_clusters(Call& call);
Result<wire::Value> list_clusters(Call& call);

Result<wire::Value> register_task_definition(Call& call);
Result<wire::Value> deregister_task_definition(Call& call);
Result<wire::Value> describe_task_definition(Call& call);
Result<wire::Value> list_task_definitions(Call& call);
Result<wire::Value> list_task_definition_families(Call& call);

Result<wire::Value> run_task(Call& call);
Result<wire::Value> start_task(Call& call);
Result<wire::Value> stop_task(Call& call);
Result<wire::Value> describe_tasks(Call& call);
Result<wire::Value> list_tasks(Call& call);
Result<wire::Value> get_task_protection(Call& call);
Result<wire::Value> update_task_protection(Call& call);

Result<wire::Value> register_container_instance(Call& call);
Result<wire::Value> deregister_container_instance(Call& call);
Result<wire::Value> describe_container_instances(Call& call);
Result<wire::Value> list_container_instances(Call& call);
Result<wire::Value> update_container_instances_state(Call& call);
Result<wire::Value> put_attributes(Call& call);
Result<wire::Value> delete_attributes(Call& call);
Result<wire::Value> list_attributes(Call& call);
Result<wire::Value> put_account_setting(Call& call);
Result<wire::Value> put_account_setting_default(Call& call);
Result<wire::Value> list_account_settings(Call& call);
Result<wire::Value> delete_account_setting(Call& call);
Result<wire::Value> delete_task_definitions(Call& call);
Result<wire::Value> update_container_agent(Call& call);

Result<wire::Value> discover_poll_endpoint(Call& call);
Result<wire::Value> submit_task_state_change(Call& call);
Result<wire::Value> submit_container_state_change(Call& call);
Result<wire::Value> submit_attachment_state_changes(Call& call);

Result<wire::Value> tag_resource(Call& call);
Result<wire::Value> untag_resource(Call& call);
Result<wire::Value> list_tags_for_resource(Call& call);

}  // namespace slipway::services::ecs
