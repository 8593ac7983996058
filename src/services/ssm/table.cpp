#include "services/ssm/table.hpp"

#include "services/ssm/asks.hpp"
#include "wire/gen/ssm.hpp"

namespace slipway::services::ssm {

const ServiceTable& table() {
  namespace op = wire::ssm::operations;
  using enum Access;
  static const Route routes[] = {
      {&op::AddTagsToResource, write, add_tags_to_resource},
      {&op::DeleteParameter, write, delete_parameter},
      {&op::DeleteParameters, write, delete_parameters},
      {&op::DescribeParameters, read, describe_parameters},
      {&op::GetParameter, read, get_parameter},
      {&op::GetParameterHistory, read, get_parameter_history},
      {&op::GetParameters, read, get_parameters},
      {&op::GetParametersByPath, read, get_parameters_by_path},
      {&op::LabelParameterVersion, write, label_parameter_version},
      {&op::ListTagsForResource, read, list_tags_for_resource},
      {&op::PutParameter, write, put_parameter},
      {&op::RemoveTagsFromResource, write, remove_tags_from_resource},
      {&op::UnlabelParameterVersion, write, unlabel_parameter_version},
  };
  static const ServiceTable service{&wire::ssm::service, routes, /*generic_validation=*/true, asks()};
  return service;
}

}  // namespace slipway::services::ssm
