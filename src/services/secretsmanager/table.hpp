#pragma once

#include "services/common/call.hpp"

namespace slipway::services::secretsmanager {

// Secrets Manager (API reference, 2017-10-17), without rotation: that needs functions to call.
const ServiceTable& table();

Result<wire::Value> batch_get_secret_value(Call& call);
Result<wire::Value> create_secret(Call& call);
Result<wire::Value> delete_resource_policy(Call& call);
Result<wire::Value> delete_secret(Call& call);
Result<wire::Value> describe_secret(Call& call);
Result<wire::Value> get_random_password(Call& call);
Result<wire::Value> get_resource_policy(Call& call);
Result<wire::Value> get_secret_value(Call& call);
Result<wire::Value> list_secret_version_ids(Call& call);
Result<wire::Value> list_secrets(Call& call);
Result<wire::Value> put_resource_policy(Call& call);
Result<wire::Value> put_secret_value(Call& call);
Result<wire::Value> restore_secret(Call& call);
Result<wire::Value> tag_resource(Call& call);
Result<wire::Value> untag_resource(Call& call);
Result<wire::Value> update_secret(Call& call);
Result<wire::Value> update_secret_version_stage(Call& call);
Result<wire::Value> validate_resource_policy(Call& call);

}  // namespace slipway::services::secretsmanager
