#pragma once

#include "services/common/call.hpp"

namespace slipway::services::ssm {

// Systems Manager's Parameter Store (API reference, 2014-11-06), and nothing else of Systems Manager.
const ServiceTable& table();

Result<wire::Value> add_tags_to_resource(Call& call);
Result<wire::Value> delete_parameter(Call& call);
Result<wire::Value> delete_parameters(Call& call);
Result<wire::Value> describe_parameters(Call& call);
Result<wire::Value> get_parameter(Call& call);
Result<wire::Value> get_parameter_history(Call& call);
Result<wire::Value> get_parameters(Call& call);
Result<wire::Value> get_parameters_by_path(Call& call);
Result<wire::Value> label_parameter_version(Call& call);
Result<wire::Value> list_tags_for_resource(Call& call);
Result<wire::Value> put_parameter(Call& call);
Result<wire::Value> remove_tags_from_resource(Call& call);
Result<wire::Value> unlabel_parameter_version(Call& call);

}  // namespace slipway::services::ssm
