#include "services/common/test_calls.hpp"
#include "services/kms/table.hpp"
#include "services/kms/upkeep.hpp"

namespace slipway::services::kms {
namespace {

using wire::Value;

class Crypto : public CallTest {
 protected:
  Crypto() : CallTest(table()) { key = make_key(); }

  std::string make_key() {
    return std::string(ok("CreateKey", "{}").get("KeyMetadata", "KeyId").string());
  }
  std::string encrypt(const std::string& plain, Value context = Value::object()) {
    const Value answer = ok("Encrypt", Value::object({{"KeyId", key},
                                                      {"Plaintext", Value::blob(plain)},
                                                      {"EncryptionContext", std::move(context)}}));
    return std::string(answer.get("CiphertextBlob").string());
  }
  static Value of(const std::string& ciphertext, Value context = Value::object()) {
    return Value::object(
        {{"CiphertextBlob", Value::blob(ciphertext)}, {"EncryptionContext", std::move(context)}});
  }

  std::string key;
};

TEST_F(Crypto, ACiphertextOpensAndNamesItsKey) {
  const std::string sealed = encrypt("attack at dawn");
  EXPECT_FALSE(sealed.contains("attack"));
  EXPECT_NE(encrypt("attack at dawn"), sealed);
  const Value opened = ok("Decrypt", of(sealed));
  EXPECT_EQ(opened.get("Plaintext").string(), "attack at dawn");
  EXPECT_EQ(opened.get("KeyId").string(), "arn:aws:kms:us-east-1:000000000000:key/" + key);
  EXPECT_FALSE(on_disk("attack at dawn"));
}

TEST_F(Crypto, TheContextIsPartOfIt) {
  const Value context = Value::object({{"a", "bc"}, {"d", ""}});
  const std::string sealed = encrypt("x", context);
  EXPECT_EQ(ok("Decrypt", of(sealed, Value::object({{"d", ""}, {"a", "bc"}}))).get("Plaintext").string(), "x");
  for (const Value& other : {Value::object(), Value::object({{"a", "bc"}}), Value::object({{"ab", "c"}, {"d", ""}}),
                             Value::object({{"a", "bc"}, {"d", "x"}}), Value::object({{"a", "bcd"}, {"", ""}})})
    EXPECT_EQ(refused("Decrypt", of(sealed, other)), "InvalidCiphertextException: ");
  EXPECT_TRUE(refused("Encrypt", Value::object({{"KeyId", key},
                                                {"Plaintext", Value::blob("x")},
                                                {"EncryptionContext", Value::object({{"a", std::string(8'192, 'x')}})}}))
                  .starts_with("ValidationException: EncryptionContext"));
}

TEST_F(Crypto, WhatWasChangedDoesNotOpen) {
  const std::string sealed = encrypt("secret");
  for (std::size_t at = 0; at < sealed.size(); ++at) {
    std::string other = sealed;
    other[at] ^= 1;
    EXPECT_NE(refused("Decrypt", of(other)), "no error") << at;
  }
  for (std::size_t size = 1; size < sealed.size(); size += 7)
    EXPECT_EQ(refused("Decrypt", of(sealed.substr(0, size))), "InvalidCiphertextException: ");
}

TEST_F(Crypto, AnotherKeyIsIncorrect) {
  const std::string sealed = encrypt("secret");
  Value input = of(sealed);
  input.set("KeyId", make_key());
  EXPECT_TRUE(refused("Decrypt", input).starts_with("IncorrectKeyException"));
  input.set("KeyId", key);
  ok("Decrypt", input);
  world.realm.region = "eu-west-1";
  EXPECT_TRUE(refused("Decrypt", of(sealed)).starts_with("AccessDeniedException"));
}

TEST_F(Crypto, AKeyOutOfUseOpensNothing) {
  const std::string sealed = encrypt("secret"), named = R"({"KeyId":")" + key + "\"}";
  const std::string arn = "arn:aws:kms:us-east-1:000000000000:key/" + key;
  ok("DisableKey", named);
  EXPECT_EQ(refused("Decrypt", of(sealed)), "DisabledException: " + arn + " is disabled.");
  ok("EnableKey", named);
  ok("ScheduleKeyDeletion", R"({"PendingWindowInDays":7,"KeyId":")" + key + "\"}");
  EXPECT_EQ(refused("Decrypt", of(sealed)), "KMSInvalidStateException: " + arn + " is pending deletion.");
  ok("CancelKeyDeletion", named);
  EXPECT_EQ(refused("Decrypt", of(sealed)), "DisabledException: " + arn + " is disabled.");
  ok("EnableKey", named);
  ok("Decrypt", of(sealed));
}

TEST_F(Crypto, ARotatedKeyOpensWhatItSealedBefore) {
  ok("EnableKeyRotation", R"({"RotationPeriodInDays":90,"KeyId":")" + key + "\"}");
  const std::string sealed = encrypt("secret");
  const auto material = [&](const std::string& ciphertext) {
    return std::string(ok("Decrypt", of(ciphertext)).get("KeyMaterialId").string());
  };
  const std::string first = material(sealed);
  const auto tick = [&] {
    world.apply([&](core::Turn& turn) -> Result<> {
      upkeep(turn, world.environment);
      return {};
    });
  };
  tick();
  EXPECT_EQ(material(encrypt("x")), first);
  world.now = world.now + 90ll * 24 * 3'600'000;
  tick();
  EXPECT_EQ(material(sealed), first);
  EXPECT_NE(material(encrypt("x")), first);
  const Value status = ok("GetKeyRotationStatus", R"({"KeyId":")" + key + "\"}");
  EXPECT_EQ(status.get("NextRotationDate").instant().ms, world.now.ms + 90ll * 24 * 3'600'000);
}

TEST_F(Crypto, ReEncryptsUnderAnotherKey) {
  const std::string sealed = encrypt("secret", Value::object({{"a", "b"}})), other = make_key();
  const Value moved = ok("ReEncrypt", Value::object({{"CiphertextBlob", Value::blob(sealed)},
                                                     {"SourceEncryptionContext", Value::object({{"a", "b"}})},
                                                     {"DestinationKeyId", other}}));
  EXPECT_FALSE(moved.find("Plaintext"));
  const Value opened = ok("Decrypt", of(std::string(moved.get("CiphertextBlob").string())));
  EXPECT_EQ(opened.get("Plaintext").string(), "secret");
  EXPECT_TRUE(opened.get("KeyId").string().ends_with(other));
}

TEST_F(Crypto, MakesDataKeysAndRandomBytes) {
  const Value made = ok("GenerateDataKey", Value::object({{"KeyId", key}, {"KeySpec", "AES_256"}}));
  EXPECT_EQ(made.get("Plaintext").string().size(), 32u);
  EXPECT_EQ(ok("Decrypt", of(std::string(made.get("CiphertextBlob").string()))).get("Plaintext"),
            made.get("Plaintext"));
  const Value hidden =
      ok("GenerateDataKeyWithoutPlaintext", Value::object({{"KeyId", key}, {"NumberOfBytes", 17}}));
  EXPECT_FALSE(hidden.find("Plaintext"));
  EXPECT_EQ(
      ok("Decrypt", of(std::string(hidden.get("CiphertextBlob").string()))).get("Plaintext").string().size(), 17u);
  EXPECT_TRUE(refused("GenerateDataKey", Value::object({{"KeyId", key}})).starts_with("ValidationException"));
  EXPECT_TRUE(refused("GenerateDataKey",
                      Value::object({{"KeyId", key}, {"KeySpec", "AES_128"}, {"NumberOfBytes", 16}}))
                  .starts_with("ValidationException"));
  EXPECT_EQ(ok("GenerateRandom", R"({"NumberOfBytes":33})").get("Plaintext").string().size(), 33u);
  EXPECT_NE(ok("GenerateRandom", R"({"NumberOfBytes":33})"), ok("GenerateRandom", R"({"NumberOfBytes":33})"));
}

TEST_F(Crypto, WhatIsNotThereIsRefusedByName) {
  const auto with = [&](std::string_view member, Value value) {
    return Value::object({{"KeyId", key}, {"Plaintext", Value::blob("x")}, {member, std::move(value)}});
  };
  EXPECT_TRUE(refused("Encrypt", with("EncryptionAlgorithm", "RSAES_OAEP_SHA_1")).starts_with("InvalidKeyUsageException"));
  EXPECT_TRUE(refused("Encrypt", with("GrantTokens", Value::list({"t"}))).starts_with("InvalidGrantTokenException"));
  EXPECT_TRUE(refused("Encrypt", with("DryRun", true)).starts_with("DryRunOperationException"));
  const std::size_t before = world.state.kms_keys.size();
  EXPECT_TRUE(refused("Encrypt", Value::object({{"KeyId", "alias/aws/ssm"}, {"Plaintext", Value::blob("x")}}))
                  .starts_with("AccessDeniedException"));
  EXPECT_EQ(world.state.kms_keys.size(), before) << "the AWS managed key was made by a call that failed";
}

}  // namespace
}  // namespace slipway::services::kms
