// A ciphertext: version (1 byte) | key id (16) | number of the material (4, big-endian) | salt (16) | nonce (12)
// | ciphertext | tag (16). Each message has an AES key of its own, derived from material and salt: random
// nonces under one key would be safe for 2^32 messages only (SP 800-38D §8.3). What stands before the nonce is
// authenticated together with the encryption context.
#include "services/common/kms_key.hpp"

#include <cstring>
#include <optional>

#include "base/encoding.hpp"

namespace slipway::services {
namespace {

using core::kms::Key;
using core::kms::KeyMaterial;
using core::kms::KeyState;

constexpr char format_version = 1;
constexpr std::size_t id_bytes = 16, number_bytes = 4, salt_bytes = 16;
constexpr std::size_t header_bytes = 1 + id_bytes + number_bytes + salt_bytes;

std::string random_bytes(Random& random, std::size_t count) {
  std::string bytes(count, '\0');
  random.fill(std::as_writable_bytes(std::span(bytes)));
  return bytes;
}

std::string big_endian(std::size_t number) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += char(number >> shift);
  return bytes;
}

std::size_t number_of(std::string_view bytes) {
  std::size_t number = 0;
  for (const char byte : bytes) number = number << 8 | std::uint8_t(byte);
  return number;
}

std::string id_in_bytes(std::string id) {
  std::erase(id, '-');
  return unhex(id).value_or("");
}

std::string id_of_bytes(std::string_view bytes) {
  std::string id = hex(bytes);
  for (const std::size_t at : {8u, 13u, 18u, 23u}) id.insert(at, "-");
  return id;
}

// With their lengths, so that no two contexts give the same bytes.
std::string associated(std::string_view header, const EncryptionContext& context) {
  std::string bytes(header);
  for (const auto& [name, value] : context)
    for (const auto* text : {&name, &value}) bytes.append(big_endian(text->size())).append(*text);
  return bytes;
}

std::string place_of(const Key& key, const KeyMaterial& material) {
  return key.key() + "/" + material.id;
}

Result<auth::Sealer> open_material(const Call& call, const Key& key, const KeyMaterial& material,
                                   std::string_view salt) {
  auto bytes = call.environment.sealer.open(material.bytes_sealed, place_of(key, material));
  auth::SealKey seal_key;
  if (!bytes || bytes->size() != seal_key.size())
    return fail("KMSInternalException",
                "The material of " + key.arn() + " does not open with this data directory's key file.", 500);
  std::memcpy(seal_key.data(), bytes->data(), seal_key.size());
  return auth::Sealer(seal_key).derived("kms message " + std::string(salt));
}

struct Header {
  std::string_view bytes;
  std::string key_id;
  std::size_t material = 0;
  std::string_view salt;
};

std::optional<Header> header_of(std::string_view ciphertext) {
  if (ciphertext.size() <= header_bytes || ciphertext.front() != format_version) return std::nullopt;
  Header header;
  header.bytes = ciphertext.substr(0, header_bytes);
  header.key_id = id_of_bytes(header.bytes.substr(1, id_bytes));
  header.material = number_of(header.bytes.substr(1 + id_bytes, number_bytes));
  header.salt = header.bytes.substr(header_bytes - salt_bytes);
  return header;
}

std::unexpected<Error> invalid_ciphertext() {
  return fail("InvalidCiphertextException", "");
}

std::unexpected<Error> not_found(std::string message) {
  return fail("NotFoundException", std::move(message));
}

// The service whose AWS managed key an alias names; empty for any other.
std::string_view service_of_alias(std::string_view alias) {
  for (const std::string_view service : {"ssm", "secretsmanager"})
    if (alias == "alias/aws/" + std::string(service)) return service;
  return {};
}

std::string managed_policy(const Realm& realm, std::string_view service) {
  const std::string via = std::string(service) + "." + realm.region + ".amazonaws.com";
  return R"({"Version":"2012-10-17","Id":"auto-)" + std::string(service) +
         R"(-1","Statement":[{"Sid":"Through the service only","Effect":"Allow","Principal":{"AWS":"*"},)" +
         R"("Action":["kms:Encrypt","kms:Decrypt","kms:ReEncrypt*","kms:GenerateDataKey*","kms:DescribeKey"],)" +
         R"("Resource":"*","Condition":{"StringEquals":{"kms:CallerAccount":")" + realm.account +
         R"(","kms:ViaService":")" + via + R"("}}},{"Sid":"Its metadata","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::)" +
         realm.account + R"(:root"},"Action":["kms:Describe*","kms:Get*","kms:List*"],"Resource":"*"}]})";
}

Result<const Key*> find_by_alias(Call& call, std::string_view name) {
  if (const auto service = service_of_alias(name); !service.empty()) return &aws_managed_key(call, service);
  const core::State& state = call.turn.state;
  const auto* alias = state.kms_aliases.find(core::kms::Alias::key_of(call.realm, name));
  if (!alias) return not_found("Alias " + call.realm.arn("kms", name) + " is not found.");
  const Key* key = state.kms_keys.find(Key::key_of(call.realm, alias->key_id));
  check(key != nullptr, "an alias of no key");
  return key;
}

}  // namespace

Result<const Key*> find_kms_key(Call& call, std::string_view key_id, AliasUse use) {
  const std::string named(key_id);
  std::string_view resource = key_id;
  const auto arn = Arn::parse(named);
  if (arn) {
    if (arn->service != "kms") return fail("InvalidArnException", "Invalid arn " + named);
    if (arn->region != call.realm.region) return not_found("Invalid arn " + arn->region);
    if (arn->account != call.realm.account) return not_found("Key '" + named + "' does not exist");
    resource = arn->resource;
    if (resource.starts_with("key/"))
      resource.remove_prefix(4);
    else if (!resource.starts_with("alias/"))
      return fail("InvalidArnException", "Invalid arn " + named);
  }
  if (resource.starts_with("alias/")) {
    if (use == AliasUse::refused) return not_found("Invalid keyId '" + named + "'");
    return find_by_alias(call, resource);
  }
  const Key* key = call.turn.state.kms_keys.find(Key::key_of(call.realm, resource));
  if (!key)
    return not_found("Key '" + call.realm.arn("kms", "key/" + std::string(resource)) + "' does not exist");
  return key;
}

const Key* kms_key_named(const Call& call, std::string_view key_id) {
  std::string resource(key_id);
  if (const auto arn = Arn::parse(key_id)) {
    if (arn->service != "kms" || arn->region != call.realm.region || arn->account != call.realm.account)
      return nullptr;
    resource = arn->resource.starts_with("key/") ? arn->resource.substr(4) : arn->resource;
  }
  const core::State& state = call.turn.state;
  if (resource.starts_with("alias/")) {
    const auto* alias = state.kms_aliases.find(core::kms::Alias::key_of(call.realm, resource));
    if (!alias) return nullptr;
    resource = alias->key_id;
  }
  return state.kms_keys.find(Key::key_of(call.realm, resource));
}

void ask_for_key(const Call& call, Asks& out, std::string_view action, const Key* key,
                 std::string_view service, const EncryptionContext& context) {
  if (!key || !key->made_for.empty()) return;
  Ask& ask = out.also(std::string(action), key->arn(), &key->tags);
  ask.policy = key->policy;
  ask.policy_must_allow = true;
  ask.keys = {{"kms:calleraccount", call.caller.account},
              {"kms:viaservice", std::string(service) + "." + call.realm.region + ".amazonaws.com"}};
  for (const auto& [name, value] : context) ask.keys.emplace_back("kms:encryptioncontext:" + name, value);
}

const Key& aws_managed_key(Call& call, std::string_view service) {
  auto& state = call.turn.state;
  const auto& made = state.kms_keys.with("made-for", call.realm.prefix() + std::string(service));
  if (!made.empty()) return *state.kms_keys.find(*made.begin());
  Key key;
  key.realm = call.realm;
  key.id = random_uuid(call.turn.random);
  key.made_for = service;
  key.description = service == "ssm"
                        ? "Default key that protects my SSM parameters when no other key is defined"
                        : "Default key that protects my Secrets Manager secrets when no other key is defined";
  key.policy = managed_policy(call.realm, service);
  key.created_at = call.now();
  add_material(call.turn, call.environment.sealer, key);
  const std::string row = key.key();
  core::kms::Alias alias{.realm = call.realm,
                         .name = "alias/aws/" + std::string(service),
                         .key_id = key.id,
                         .created_at = call.now(),
                         .updated_at = call.now(),
                         .unknown = {}};
  call.turn.put(state.kms_keys, std::move(key));
  call.turn.put(state.kms_aliases, std::move(alias));
  return *state.kms_keys.find(row);
}

Result<> check_usable(const Key& key) {
  switch (key.state) {
    case KeyState::enabled:
      return {};
    case KeyState::disabled:
      return fail("DisabledException", key.arn() + " is disabled.");
    case KeyState::pending_deletion:
      break;
  }
  return fail("KMSInvalidStateException", key.arn() + " is pending deletion.");
}

void add_material(core::Turn& turn, const auth::Sealer& sealer, Key& key) {
  KeyMaterial material;
  material.id = random_hex(turn.random, 64);
  material.created_at = turn.now();
  const std::string bytes = random_bytes(turn.random, sizeof(auth::SealKey));
  material.bytes_sealed = sealer.seal(turn.random, bytes, place_of(key, material));
  key.materials.push_back(std::move(material));
}

Result<std::string> kms_encrypt(Call& call, const Key& key, std::string_view plain,
                                const EncryptionContext& context) {
  if (auto usable = check_usable(key); !usable) return pass(usable);
  const std::string salt = random_bytes(call.turn.random, salt_bytes);
  auto sealer = open_material(call, key, key.material(), salt);
  if (!sealer) return pass(sealer);
  const std::string header =
      std::string(1, format_version) + id_in_bytes(key.id) + big_endian(key.materials.size() - 1) + salt;
  return header + sealer->seal(call.turn.random, plain, associated(header, context));
}

Result<Decrypted> kms_decrypt(Call& call, std::string_view ciphertext, const EncryptionContext& context) {
  auto key = kms_key_of(call, ciphertext);
  if (!key) return pass(key);
  if (auto usable = check_usable(**key); !usable) return pass(usable);
  const Header header = *header_of(ciphertext);
  if (header.material >= (*key)->materials.size()) return invalid_ciphertext();
  const KeyMaterial& material = (*key)->materials[header.material];
  auto sealer = open_material(call, **key, material, header.salt);
  if (!sealer) return pass(sealer);
  auto plain = sealer->open(ciphertext.substr(header_bytes), associated(header.bytes, context));
  if (!plain) return invalid_ciphertext();
  return Decrypted{std::move(*plain), *key, material.id};
}

Result<const Key*> kms_key_of(const Call& call, std::string_view ciphertext) {
  const auto header = header_of(ciphertext);
  if (!header) return invalid_ciphertext();
  const Key* key = call.turn.state.kms_keys.find(Key::key_of(call.realm, header->key_id));
  if (!key)
    return fail("AccessDeniedException",
                "The ciphertext refers to a customer master key that does not exist, does not exist in this "
                "region, or you are not allowed to access.");
  return key;
}

}  // namespace slipway::services
