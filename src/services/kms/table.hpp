#pragma once

#include "services/common/call.hpp"

namespace slipway::services::kms {

// Key Management Service (API reference, 2014-11-01), as far as the services that keep secrets need it:
// symmetric keys that encrypt and decrypt. Keys are made, used and deleted in the turn; their material never
// leaves it.
const ServiceTable& table();

Result<wire::Value> cancel_key_deletion(Call& call);
Result<wire::Value> create_alias(Call& call);
Result<wire::Value> create_key(Call& call);
Result<wire::Value> decrypt(Call& call);
Result<wire::Value> delete_alias(Call& call);
Result<wire::Value> describe_key(Call& call);
Result<wire::Value> disable_key(Call& call);
Result<wire::Value> disable_key_rotation(Call& call);
Result<wire::Value> enable_key(Call& call);
Result<wire::Value> enable_key_rotation(Call& call);
Result<wire::Value> encrypt(Call& call);
Result<wire::Value> generate_data_key(Call& call);
Result<wire::Value> generate_data_key_without_plaintext(Call& call);
Result<wire::Value> generate_random(Call& call);
Result<wire::Value> get_key_policy(Call& call);
Result<wire::Value> get_key_rotation_status(Call& call);
Result<wire::Value> list_aliases(Call& call);
Result<wire::Value> list_key_policies(Call& call);
Result<wire::Value> list_keys(Call& call);
Result<wire::Value> list_resource_tags(Call& call);
Result<wire::Value> put_key_policy(Call& call);
Result<wire::Value> re_encrypt(Call& call);
Result<wire::Value> schedule_key_deletion(Call& call);
Result<wire::Value> tag_resource(Call& call);
Result<wire::Value> untag_resource(Call& call);
Result<wire::Value> update_alias(Call& call);
Result<wire::Value> update_key_description(Call& call);

}  // namespace slipway::services::kms
