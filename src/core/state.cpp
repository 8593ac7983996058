#include "core/state.hpp"

namespace slipway::core {

State::State() {
  tasks.observe([this](const ecs::Task* before, const ecs::Task* after) { ledger.apply(before, after); });
}

std::vector<TableBase*> State::tables() {
  return {&turn_marks,
          &accounts,
          &idempotency_tokens,
          &hosts,
          &clusters,
          &task_definitions,
          &task_definition_families,
          &tasks,
          &container_instances,
          &account_settings,
          &vpcs,
          &subnets,
          &security_groups,
          &network_interfaces,
          &route_tables,
          &network_acls,
          &internet_gateways,
          &addresses,
          &nat_gateways,
          &users,
          &roles,
          &access_keys,
          &policies,
          &groups,
          &instance_profiles,
          &log_groups,
          &log_streams,
          &kms_keys,
          &kms_aliases,
          &parameters,
          &parameter_versions,
          &secrets,
          &secret_versions};
}

TableBase* State::table(std::string_view kind) {
  for (TableBase* table : tables())
    if (table->kind() == kind) return table;
  return nullptr;
}

}  // namespace slipway::core
