#include "services/iam/iam_test_fixture.hpp"
#include "services/iam/key_snapshot.hpp"

namespace slipway::services::iam {
namespace {

class AccessKeyTest : public IamTest {
 protected:
  AccessKeyTest() { make_user("bob"); }

  std::string make_key() {
    const wire::Value made = ok("CreateAccessKey", R"({"UserName":"bob"})");
    secret = made.get("AccessKey", "SecretAccessKey").string();
    return std::string(made.get("AccessKey", "AccessKeyId").string());
  }
  const auth::AccessKey* known(const std::string& id) {
    snapshot = build_key_snapshot(world.state, world.sealer, world.environment.sessions);
    return snapshot->find(id);
  }
  static std::string of(const std::string& id, const std::string& more = "") {
    return R"({"UserName":"bob","AccessKeyId":")" + id + "\"" + more + "}";
  }

  std::string secret;
  std::shared_ptr<const auth::KeySnapshot> snapshot;
};

TEST_F(AccessKeyTest, ShowsTheSecretOnceAndKeepsItSealed) {
  const std::string id = make_key();
  EXPECT_EQ(secret.size(), 40u);
  ASSERT_TRUE(known(id));
  EXPECT_EQ(known(id)->secret, secret);
  EXPECT_EQ(known(id)->principal.arn, "arn:aws:iam::000000000000:user/bob");
  const auto& rows = world.state.access_keys;
  for (const auto& [row, key] : rows.rows()) EXPECT_EQ(rows.encoded(row)->find(secret), std::string::npos);
  const std::string listed = json("ListAccessKeys", R"({"UserName":"bob"})");
  EXPECT_EQ(listed.find(secret), std::string::npos);
  EXPECT_NE(listed.find(R"("Status":"Active")"), std::string::npos);
  EXPECT_NE(listed.find(id), std::string::npos);
}

TEST_F(AccessKeyTest, AUserHasTwoAtMost) {
  make_key();
  make_key();
  EXPECT_EQ(error("CreateAccessKey", R"({"UserName":"bob"})"),
            "LimitExceeded 409: Cannot exceed quota for AccessKeysPerUser: 2");
}

TEST_F(AccessKeyTest, EveryChangeIsToldToTheThreadsThatCheckSignatures) {
  const std::string id = make_key();
  auto told = [&](std::string_view operation, const std::string& input) {
    world.effects.clear();
    ok(operation, input);
    return world.effects.size() == 1 && std::holds_alternative<core::KeysChanged>(world.effects[0]);
  };
  EXPECT_TRUE(told("UpdateAccessKey", of(id, R"(,"Status":"Inactive")")));
  EXPECT_FALSE(known(id)->active);
  EXPECT_FALSE(told("UpdateAccessKey", of(id, R"(,"Status":"Inactive")"))) << "nothing changed";
  EXPECT_TRUE(told("UpdateAccessKey", of(id, R"(,"Status":"Active")")));
  EXPECT_TRUE(known(id)->active);
  EXPECT_TRUE(told("DeleteAccessKey", of(id)));
  EXPECT_FALSE(known(id));
  EXPECT_TRUE(told("CreateAccessKey", R"({"UserName":"bob"})"));
}

TEST_F(AccessKeyTest, RefusesKeysOfOthers) {
  const std::string id = make_key();
  make_user("eve");
  EXPECT_EQ(error("DeleteAccessKey", R"({"UserName":"eve","AccessKeyId":")" + id + "\"}"),
            "NoSuchEntity 404: The Access Key with id " + id + " cannot be found.");
  EXPECT_EQ(error("DeleteAccessKey", R"({"AccessKeyId":")" + id + "\"}"),
            "NoSuchEntity 404: The Access Key with id " + id + " cannot be found.")
      << "root's own keys are meant";
  EXPECT_EQ(error("UpdateAccessKey", of("AKIAAAAAAAAAAAAAAAAA", R"(,"Status":"Active")")),
            "NoSuchEntity 404: The Access Key with id AKIAAAAAAAAAAAAAAAAA cannot be found.");
  EXPECT_TRUE(error("UpdateAccessKey", of(id, R"(,"Status":"Expired")")).starts_with("ValidationError 400:"));
  EXPECT_EQ(error("CreateAccessKey", R"({"UserName":"none"})"),
            "NoSuchEntity 404: The user with name none cannot be found.");
}

TEST_F(AccessKeyTest, WithoutAUserTheCallersOwn) {
  const wire::Value root = ok("CreateAccessKey", "{}");
  EXPECT_FALSE(root.get("AccessKey").find("UserName"));
  EXPECT_EQ(known(std::string(root.get("AccessKey", "AccessKeyId").string()))->principal.kind,
            auth::PrincipalKind::root);
  EXPECT_EQ(ok("ListAccessKeys", "{}").get("AccessKeyMetadata").size(), 1u);
  call_as_user("bob");
  EXPECT_EQ(ok("CreateAccessKey", "{}").get("AccessKey", "UserName").string(), "bob");
}

TEST_F(AccessKeyTest, ListsInPages) {
  make_key();
  make_key();
  const wire::Value first = ok("ListAccessKeys", R"({"UserName":"bob","MaxItems":1})");
  EXPECT_TRUE(first.get("IsTruncated").boolean());
  const wire::Value second = ok("ListAccessKeys", R"({"UserName":"bob","Marker":")" +
                                                      std::string(first.get("Marker").string()) + "\"}");
  EXPECT_FALSE(second.get("IsTruncated").boolean());
  ASSERT_EQ(second.get("AccessKeyMetadata").size(), 1u);
  EXPECT_NE(first.get("AccessKeyMetadata").at(0), second.get("AccessKeyMetadata").at(0));
}

}  // namespace
}  // namespace slipway::services::iam
