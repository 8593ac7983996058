#include "services/iam/bootstrap.hpp"

#include <gtest/gtest.h>

#include "services/common/test_world.hpp"
#include "services/iam/key_snapshot.hpp"

namespace slipway::services::iam {
namespace {

using auth::AccessKeyPair;

class BootstrapTest : public testing::Test {
 protected:
  Result<AccountKeys> bootstrap(const std::optional<AccessKeyPair>& chosen = std::nullopt,
                                const std::string& account = "000000000000") {
    Result<AccountKeys> keys;
    world.apply([&](core::Turn& turn) -> Result<> {
      keys = bootstrap_account(turn, world.environment, account, chosen);
      if (!keys) return std::unexpected(keys.error());
      return {};
    });
    return keys;
  }
  std::shared_ptr<const auth::KeySnapshot> snapshot() {
    return build_key_snapshot(world.state, world.sealer, world.environment.sessions);
  }
  const core::iam::User* admin() {
    return world.state.users.find(core::iam::User::key_of("000000000000", "admin"));
  }

  TestWorld world;
};

TEST_F(BootstrapTest, MakesAnAccountWithAdministratorAndRoot) {
  const auto keys = bootstrap();
  ASSERT_TRUE(keys && keys->administrator && keys->root);
  EXPECT_TRUE(keys->administrator->access_key_id.starts_with("AKIA"));
  EXPECT_EQ(keys->administrator->secret_access_key.size(), 40u);
  ASSERT_TRUE(admin());
  EXPECT_EQ(admin()->arn(), "arn:aws:iam::000000000000:user/admin");
  EXPECT_EQ(admin()->attached_policy_arns,
            std::vector<std::string>{"arn:aws:iam::aws:policy/AdministratorAccess"});
  ASSERT_EQ(world.state.accounts.size(), 1u);
  EXPECT_EQ(world.state.accounts.rows().begin()->second->canonical_id.size(), 64u);

  const auto known = snapshot();
  const auth::AccessKey* key = known->find(keys->administrator->access_key_id);
  ASSERT_TRUE(key);
  EXPECT_EQ(key->secret, keys->administrator->secret_access_key);
  EXPECT_EQ(key->principal.kind, auth::PrincipalKind::user);
  EXPECT_EQ(key->principal.arn, admin()->arn());
  EXPECT_EQ(key->principal.user_id, admin()->id);
  EXPECT_EQ(key->principal.access_key_id, keys->administrator->access_key_id);
  const auth::AccessKey* root = known->find(keys->root->access_key_id);
  ASSERT_TRUE(root);
  EXPECT_EQ(root->principal.kind, auth::PrincipalKind::root);
  EXPECT_EQ(root->principal.arn, "arn:aws:iam::000000000000:root");
  EXPECT_EQ(root->principal.user_id, "000000000000");
}

TEST_F(BootstrapTest, KeepsSecretsSealedAndInTheirRow) {
  const auto keys = bootstrap();
  const auto& rows = world.state.access_keys;
  for (const auto& [row, key] : rows.rows())
    EXPECT_EQ(rows.encoded(row)->find(keys->administrator->secret_access_key), std::string::npos);

  // The administrator's sealed secret under root's row does not open, nor under another key file.
  world.apply([&](core::Turn& turn) -> Result<> {
    const auto* mine =
        rows.find(core::iam::AccessKey::key_of("000000000000", keys->administrator->access_key_id));
    turn.modify(turn.state.access_keys,
                core::iam::AccessKey::key_of("000000000000", keys->root->access_key_id),
                [&](core::iam::AccessKey& key) { key.secret_sealed = mine->secret_sealed; });
    return {};
  });
  EXPECT_FALSE(snapshot()->find(keys->root->access_key_id));
  const auth::Sealer other(auth::SealKey{std::byte{1}});
  EXPECT_FALSE(build_key_snapshot(world.state, other, auth::SessionSealer(other))
                   ->find(keys->administrator->access_key_id));
}

TEST_F(BootstrapTest, ChangesNothingTheSecondTime) {
  const auto first = bootstrap();
  const std::size_t changes = world.changes, effects = world.effects.size();
  const auto second = bootstrap();
  EXPECT_EQ(world.changes, changes);
  EXPECT_EQ(world.effects.size(), effects);
  EXPECT_EQ(second->administrator->access_key_id, first->administrator->access_key_id);
  EXPECT_EQ(second->administrator->secret_access_key, first->administrator->secret_access_key);
  EXPECT_EQ(second->root->access_key_id, first->root->access_key_id);
}

TEST_F(BootstrapTest, TakesTheChosenKey) {
  const AccessKeyPair chosen{"AKIACHOSENCHOSENCHOS", "a-secret-of-our-own"};
  EXPECT_EQ(bootstrap(chosen)->administrator->access_key_id, chosen.access_key_id);
  EXPECT_EQ(snapshot()->find(chosen.access_key_id)->secret, chosen.secret_access_key);
  EXPECT_EQ(world.state.access_keys.size(), 2u);
  EXPECT_EQ(bootstrap()->administrator->secret_access_key, chosen.secret_access_key);
}

TEST_F(BootstrapTest, ReplacesTheKeyByAnotherChosenLater) {
  const auto first = bootstrap();
  const AccessKeyPair chosen{"test", "test"};
  world.effects.clear();
  ASSERT_TRUE(bootstrap(chosen));
  EXPECT_FALSE(snapshot()->find(first->administrator->access_key_id));
  EXPECT_EQ(snapshot()->find("test")->secret, "test");
  EXPECT_EQ(world.state.access_keys.size(), 2u);
  EXPECT_EQ(world.effects.size(), 1u);

  ASSERT_TRUE(bootstrap(AccessKeyPair{"test", "test2"}));
  EXPECT_EQ(snapshot()->find("test")->secret, "test2");
  const std::size_t changes = world.changes;
  ASSERT_TRUE(bootstrap(AccessKeyPair{"test", "test2"}));
  EXPECT_EQ(world.changes, changes);
}

TEST_F(BootstrapTest, LeavesADeletedAdministratorDeletedUntilAKeyIsChosen) {
  const auto first = bootstrap();
  world.apply([&](core::Turn& turn) -> Result<> {
    turn.erase(turn.state.access_keys,
               core::iam::AccessKey::key_of("000000000000", first->administrator->access_key_id));
    turn.erase(turn.state.users, core::iam::User::key_of("000000000000", "admin"));
    return {};
  });
  const auto second = bootstrap();
  EXPECT_FALSE(second->administrator);
  EXPECT_TRUE(second->root);
  EXPECT_FALSE(admin());
  ASSERT_TRUE(bootstrap(AccessKeyPair{"AKIACHOSENCHOSENCHOS", "secret"}));
  ASSERT_TRUE(admin());
  EXPECT_EQ(admin()->attached_policy_arns.size(), 1u);
}

TEST_F(BootstrapTest, RefusesWhatCannotBeAKey) {
  const auto first = bootstrap();
  EXPECT_EQ(bootstrap(AccessKeyPair{"a/b/c", "secret"}).error().code, "InvalidAccessKey");
  EXPECT_EQ(bootstrap(AccessKeyPair{"good", "a b c d"}).error().code, "InvalidAccessKey");
  EXPECT_EQ(bootstrap(AccessKeyPair{"good", ""}).error().code, "InvalidAccessKey");
  EXPECT_EQ(bootstrap(AccessKeyPair{first->root->access_key_id, "secret"}).error().code, "AccessKeyInUse");
  EXPECT_EQ(bootstrap(std::nullopt, "12345").error().code, "InvalidAccountId");
  EXPECT_EQ(world.state.access_keys.size(), 2u);
}

}  // namespace
}  // namespace slipway::services::iam
