#include "base/limits.hpp"
#include "services/kms/lookup.hpp"
#include "services/kms/table.hpp"
#include "services/kms/tags.hpp"

namespace slipway::services::kms {
namespace {

// Symmetric keys of our own making are served; every other kind is refused by its name.
Result<> check_served(const wire::kms::CreateKeyRequest& request) {
  if (request.has_key_spec() && request.has_customer_master_key_spec())
    return invalid("You cannot specify KeySpec and CustomerMasterKeySpec in the same request.");
  const std::string_view spec =
      request.has_key_spec() ? request.key_spec() : request.customer_master_key_spec();
  const std::string_view usage = request.key_usage(), origin = request.origin();
  if (!spec.empty() && spec != "SYMMETRIC_DEFAULT")
    return unsupported("KeySpec " + std::string(spec) + " is not supported, only SYMMETRIC_DEFAULT is.");
  if (!usage.empty() && usage != "ENCRYPT_DECRYPT")
    return unsupported("KeyUsage " + std::string(usage) + " is not supported, only ENCRYPT_DECRYPT is.");
  if (!origin.empty() && origin != "AWS_KMS")
    return unsupported("Origin " + std::string(origin) + " is not supported, only AWS_KMS is.");
  if (request.multi_region()) return unsupported("MultiRegion keys are not supported.");
  if (request.has_custom_key_store_id())
    return unsupported("CustomKeyStoreId is not supported: there are no custom key stores.");
  if (request.has_xks_key_id())
    return unsupported("XksKeyId is not supported: there are no external key stores.");
  return {};
}

}  // namespace

Result<wire::Value> create_key(Call& call) {
  const wire::kms::CreateKeyRequest request(call.input);
  if (auto served = check_served(request); !served) return pass(served);
  auto& keys = call.turn.state.kms_keys;
  if (keys.size() >= limits::kms_keys) return fail("LimitExceededException", "There are too many keys.");
  Key key;
  key.policy = request.has_policy() ? std::string(request.policy()) : default_policy(call.realm);
  if (auto valid = check_policy(key.policy); !valid) return pass(valid);
  auto tags = with_tags({}, request.tags());
  if (!tags) return pass(tags);
  key.realm = call.realm;
  key.id = random_uuid(call.turn.random);
  key.description = request.description();
  key.tags = std::move(*tags);
  key.created_at = call.now();
  add_material(call.turn, call.environment.sealer, key);
  wire::kms::CreateKeyResponse response;
  response.set_key_metadata(metadata_view(key));
  call.turn.put(keys, std::move(key));
  return std::move(response).raw();
}

}  // namespace slipway::services::kms
