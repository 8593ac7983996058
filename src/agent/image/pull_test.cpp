#include "agent/image/pull.hpp"

#include <gtest/gtest.h>
#include <sys/mount.h>
#include <unistd.h>

#include "agent/image/fake_registry_test.hpp"
#include "agent/image/files.hpp"
#include "agent/image/images_test.hpp"
#include "agent/image/json.hpp"
#include "agent/image/registry.hpp"
#include "agent/image/sha256.hpp"
#include "agent/image/store_impl.hpp"
#include "base/random.hpp"

namespace slipway::agent {
namespace {

namespace fs = std::filesystem;
using Answer = Result<ResolvedImage>;

class Pull : public testing::Test {
 protected:
  void SetUp() override { NEEDS_ROOT(); }

  std::unique_ptr<ImagePuller> puller(PullOptions options = {}) {
    options.retry_delay_ms = 1;
    return std::make_unique<ImagePuller>(*store_, workers_, std::move(options));
  }
  Answer pull(const std::string& name, std::optional<RegistryCredentials> credentials = {}) {
    auto fresh = puller();
    return http::run_until_done(loop_, fresh->pull(registry_.host() + "/" + name, std::move(credentials)));
  }
  std::string refusal(const std::string& name, std::optional<RegistryCredentials> credentials = {}) {
    const Answer answer = pull(name, std::move(credentials));
    if (answer) return "";
    EXPECT_EQ(answer.error().code, "CannotPullContainerError");
    return answer.error().message;
  }
  static ImageSpec app(std::string_view word = "hello") {
    std::string noise(200'000, '\0');  // does not compress, so that bodies are long
    SeededRandom random(7);
    random.fill(std::as_writable_bytes(std::span(noise)));
    return {{{file("bin/sh", noise, 0755)},
             {file("hello", std::string(word)), file(".wh.gone")},
             {file("top", "t")},
             {file("last")}}};
  }

  TemporaryDirectory here_;
  std::unique_ptr<ImageStore> store_ = open_store(here_ / "images");
  http::WorkerPool workers_{2};
  FakeRegistry registry_;
  http::Loop loop_;
};

TEST_F(Pull, AnImageArrivesWholeAndIsNamed) {
  for (const bool docker : {false, true}) {
    ImageSpec spec = app(docker ? "docker" : "oci");
    spec.docker = docker;
    spec.compression = docker ? "gzip" : "zstd";
    const TestImage image = make_image(spec);
    registry_.push("app", "1", image);
    const Answer answer = pull("app:1");
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->name, registry_.host() + "/app:1");
    EXPECT_EQ(answer->manifest_digest, image.manifest_digest);
    EXPECT_EQ(answer->image_id, image.config_digest);
    ASSERT_EQ(answer->layers.size(), 4u);
    EXPECT_EQ(read(fs::path(answer->layers[2]) / "hello"), docker ? "docker" : "oci");
    EXPECT_EQ(answer->config.cmd, std::vector<std::string>{"sh"});
    EXPECT_EQ(store_->resolve(registry_.host() + "/app:1")->layers, answer->layers);
  }
  EXPECT_NE(registry_.manifest_accept.find("vnd.oci.image.index.v1+json"), std::string::npos);
  EXPECT_TRUE(names_in(here_ / "images/tmp").empty());
}

TEST_F(Pull, OnlyWhatIsMissingIsFetched) {
  const TestImage first = make_image(app("one")), second = make_image(app("two"));
  registry_.push("app", "1", first);
  ASSERT_TRUE(pull("app:1"));
  registry_.push("app", "1", second);
  const Answer moved = pull("app:1");
  ASSERT_TRUE(moved);
  EXPECT_EQ(moved->manifest_digest, second.manifest_digest) << "the tag has moved";
  EXPECT_EQ(registry_.asked("/v2/app/blobs/" + first.blob_digests[0]), 1);
  EXPECT_EQ(registry_.asked("/v2/app/blobs/" + second.blob_digests[1]), 1);
  EXPECT_TRUE(pull("app@" + first.manifest_digest));
}

TEST_F(Pull, TokensAreFetchedOncePerImage) {
  registry_.token = "sesame";
  registry_.push("app", "1", make_image(app()));
  ASSERT_TRUE(pull("app:1"));
  EXPECT_EQ(registry_.asked("/token"), 1);
  EXPECT_EQ(registry_.scope_seen, "service=fake%2Cregistry&scope=repository%3Aapp%3Apull");
}

TEST_F(Pull, CredentialsGoToWhoAsksForThem) {
  registry_.token = "sesame";
  registry_.user = "ann";
  registry_.password = "secret";
  registry_.push("app", "1", make_image(app()));
  const std::string denied =
      "pull access denied, repository does not exist or may require authorization: server "
      "message: unauthorized: authentication required";
  EXPECT_EQ(refusal("app:1"), "pull image manifest has been retried 1 time(s): failed to resolve ref " +
                                  registry_.host() + "/app:1: " + denied);
  EXPECT_NE(refusal("app:1", RegistryCredentials{"ann", "wrong"}).find(denied), std::string::npos);
  EXPECT_TRUE(pull("app:1", RegistryCredentials{"ann", "secret"}));

  FakeRegistry plain;
  plain.basic = true;
  plain.user = "AWS";
  plain.password = "token";
  plain.push("app", "1", make_image(app()));
  auto fresh = puller();
  EXPECT_FALSE(http::run_until_done(loop_, fresh->pull(plain.host() + "/app:1")));
  EXPECT_TRUE(
      http::run_until_done(loop_, fresh->pull(plain.host() + "/app:1", RegistryCredentials{"AWS", "token"})));
}

TEST_F(Pull, RedirectsAreFollowedWithoutOurAuthorization) {
  registry_.token = "sesame";
  registry_.redirect_blobs = true;
  registry_.push("app", "1", make_image(app()));
  const Answer answer = pull("app:1");
  EXPECT_TRUE(answer) << answer.error().message;
}

TEST_F(Pull, BrokenBodiesGoOnWhereTheyBroke) {
  const TestImage image = make_image(app());
  registry_.push("app", "1", image);
  registry_.truncate_times = 3;
  const Answer answer = pull("app:1");
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(registry_.asked("/v2/app/blobs/" + image.blob_digests[0]), 4);
}

TEST_F(Pull, BrokenBodiesStartAnewWhereRangesAreNotKnown) {
  registry_.push("app", "1", make_image(app()));
  registry_.ranges = false;
  registry_.truncate_times = 1;
  const Answer answer = pull("app:1");
  EXPECT_TRUE(answer) << answer.error().message;
}

TEST_F(Pull, PassingFailuresAreRetriedAndLastingOnesCounted) {
  registry_.push("app", "1", make_image(app()));
  registry_.fail_times = 3;
  EXPECT_TRUE(pull("app:1"));
  registry_.fail_times = 100;
  EXPECT_EQ(refusal("app:1"), "pull image manifest has been retried 4 time(s): failed to resolve ref " +
                                  registry_.host() + "/app:1: unexpected status from GET request to http://" +
                                  registry_.host() + "/v2/app/manifests/1: 503 Service Unavailable");
}

TEST_F(Pull, WhatIsNotThereIsSaidAsEcsSaysIt) {
  EXPECT_EQ(refusal("nope:latest"), "pull image manifest has been retried 1 time(s): failed to resolve ref " +
                                        registry_.host() + "/nope:latest: " + registry_.host() +
                                        "/nope:latest: not found");
  auto fresh = puller();
  const Answer bad = http::run_until_done(loop_, fresh->pull("Not A Name"));
  EXPECT_EQ(bad.error().message, "invalid reference format: repository name must be lowercase");
  const Answer closed = http::run_until_done(loop_, fresh->pull("127.0.0.1:1/app"));
  EXPECT_TRUE(
      closed.error().message.starts_with("pull image manifest has been retried 4 time(s): failed to resolve "
                                         "ref 127.0.0.1:1/app:latest: failed to do request: "))
      << closed.error().message;
}

TEST_F(Pull, AnIndexIsReadForThisMachine) {
  const TestImage mine = make_image(app("mine"));
  ImageSpec other = app("other");
  other.platform = {"linux", "s390x", ""};
  const TestImage foreign = make_image(other);
  registry_.push("app", "mine", mine);
  registry_.push("app", "foreign", foreign);
  const auto entry = [](const TestImage& image, std::string architecture) {
    return boost::json::object{
        {"digest", image.manifest_digest},
        {"size", image.manifest.size()},
        {"platform", boost::json::object{{"os", "linux"}, {"architecture", architecture}}}};
  };
  const std::string machine = host_platform().architecture;
  const auto index = [&](boost::json::array entries) {
    return boost::json::serialize(
        boost::json::object{{"schemaVersion", 2}, {"manifests", std::move(entries)}});
  };
  registry_.put_manifest("app", "multi", index({entry(foreign, "s390x"), entry(mine, machine)}));
  registry_.put_manifest("app", "other", index({entry(foreign, "s390x")}));
  const Answer answer = pull("app:multi");
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->manifest_digest, mine.manifest_digest);
  EXPECT_EQ(refusal("app:other"),
            "pull image manifest has been retried 1 time(s): image Manifest does not contain "
            "descriptor matching platform 'linux/" +
                machine + "' (it has linux/s390x)");
  EXPECT_NE(refusal("app:foreign").find("matching platform 'linux/" + machine + "'"), std::string::npos);
}

TEST_F(Pull, DamagedContentIsNeverTaken) {
  const TestImage image = make_image(app());
  registry_.push("app", "1", image);
  std::string flipped = image.blobs[1];
  flipped[flipped.size() / 2] ^= 1;
  registry_.put_blob(image.blob_digests[1], flipped);
  EXPECT_NE(refusal("app:1").find("failed to copy: unexpected commit digest " + digest_of(flipped) +
                                  ", expected " + image.blob_digests[1]),
            std::string::npos);
  registry_.put_blob(image.blob_digests[1], image.blobs[1] + "more");
  EXPECT_NE(refusal("app:1").find("the blob is larger"), std::string::npos);
  registry_.put_blob(image.blob_digests[1], image.blobs[1]);
  registry_.put_blob(image.config_digest, image.config + " ");
  EXPECT_NE(refusal("app:1").find("unexpected commit digest"), std::string::npos);
  registry_.put_manifest("app", image.manifest_digest, image.manifest + " ");
  EXPECT_NE(refusal("app@" + image.manifest_digest).find("unexpected digest"), std::string::npos);
  EXPECT_FALSE(store_->resolve(registry_.host() + "/app:1"));
  EXPECT_TRUE(names_in(here_ / "images/tmp").empty());
}

TEST_F(Pull, HostileLayersAreNamed) {
  ImageSpec spec;
  spec.layers = {{file("../../evil")}};
  registry_.push("evil", "1", make_image(spec));
  const std::string text = refusal("evil:1");
  EXPECT_TRUE(text.starts_with("ref pull has been retried 1 time(s): failed to extract layer sha256:"))
      << text;
  EXPECT_TRUE(text.ends_with("entry \"../../evil\" leaves the image: its path holds \"..\"")) << text;
}

http::Task<void> into(ImagePuller& puller, std::string name, http::Cancel cancel,
                      std::vector<Answer>& answers, std::size_t expected, http::Loop& loop) {
  answers.push_back(co_await puller.pull(std::move(name), {}, std::move(cancel)));
  if (answers.size() == expected) loop.stop();
}

TEST_F(Pull, ManyTasksPullOnce) {
  const TestImage image = make_image(app());
  registry_.push("app", "1", image);
  registry_.push("other", "1", image);  // another name of the same layers
  registry_.slow_ms = 20;
  auto one = puller(), two = puller();  // two agents, as it were, over one store
  std::vector<Answer> answers;
  for (int i = 0; i < 10; ++i)
    for (const char* name : {"/app:1", "/other:1"})
      http::spawn(loop_, into(i % 2 ? *one : *two, registry_.host() + name, {}, answers, 20, loop_));
  loop_.run();
  for (const Answer& answer : answers) EXPECT_TRUE(answer) << answer.error().message;
  int blobs = 0;
  for (const char* name : {"app", "other"})
    for (const std::string& digest : image.blob_digests)
      blobs += registry_.asked("/v2/" + std::string(name) + "/blobs/" + digest);
  EXPECT_EQ(blobs, 4) << "each layer came once";
  EXPECT_EQ(registry_.asked("/v2/app/manifests/1"), 2) << "once for each puller";
}

TEST_F(Pull, OneWhoGivesUpDoesNotTakeTheOthersAlong) {
  registry_.push("app", "1", make_image(app()));
  registry_.slow_ms = 100;
  auto puller = this->puller();
  std::vector<Answer> answers;
  const http::Cancel cancel = http::Cancel::make();
  http::spawn(loop_, into(*puller, registry_.host() + "/app:1", cancel, answers, 2, loop_));
  http::spawn(loop_, into(*puller, registry_.host() + "/app:1", {}, answers, 2, loop_));
  loop_.post([&] { cancel.request(); });
  loop_.run();
  ASSERT_EQ(answers.size(), 2u);
  EXPECT_EQ(answers[0].error().code, "Cancelled");
  EXPECT_TRUE(answers[1]) << answers[1].error().message;

  // And the last who gives up ends it.
  const http::Cancel last = http::Cancel::make();
  registry_.push("app", "2", make_image(app("two")));
  answers.clear();
  http::spawn(loop_, into(*puller, registry_.host() + "/app:2", last, answers, 1, loop_));
  loop_.post([&] { last.request(); });
  loop_.run();
  EXPECT_EQ(answers[0].error().code, "Cancelled");
  EXPECT_TRUE(http::run_until_done(loop_, puller->pull(registry_.host() + "/app:2")));
}

TEST_F(Pull, ObtainDoesAsItIsTold) {
  registry_.push("app", "1", make_image(app("one")));
  auto puller = this->puller();
  const std::string name = registry_.host() + "/app:1";
  const auto obtain = [&](PullBehavior behavior) {
    return http::run_until_done(loop_, puller->obtain(name, behavior));
  };
  const auto first = obtain(PullBehavior::prefer_cached);
  ASSERT_TRUE(first) << first.error().message;
  const TestImage moved = make_image(app("two"));
  registry_.push("app", "1", moved);
  EXPECT_EQ(obtain(PullBehavior::prefer_cached)->manifest_digest, first->manifest_digest);
  EXPECT_EQ(obtain(PullBehavior::normal)->manifest_digest, moved.manifest_digest);
  registry_.fail_times = 1'000;
  EXPECT_EQ(obtain(PullBehavior::normal)->manifest_digest, moved.manifest_digest);
  EXPECT_FALSE(obtain(PullBehavior::always));

  // What was imported was never in a registry: none is asked.
  write(here_.path / "image.tar", docker_archive(app(), {"hello:1"}));
  ASSERT_TRUE(store_->import(here_ / "image.tar"));
  EXPECT_TRUE(http::run_until_done(loop_, puller->obtain("hello:1", PullBehavior::normal)));
}

TEST_F(Pull, OnlyNamedRegistriesAreSpokenToInTheClear) {
  // A dialer that leads every name here tells http from https: TLS fails on the fake registry.
  registry_.push("app", "1", make_image(app()));
  PullOptions options;
  const std::uint16_t port = std::uint16_t(std::stoi(registry_.host().substr(10)));
  options.client.dialer = [port](std::string, std::uint16_t, std::int64_t timeout_ms) {
    return http::tcp_dialer()("127.0.0.1", port, timeout_ms);
  };
  options.registries["registry.local:5000"].plain_http = true;
  auto puller = this->puller(std::move(options));
  EXPECT_TRUE(http::run_until_done(loop_, puller->pull("registry.local:5000/app:1")));
  for (const char* name : {"registry.local:5001/app:1", "other.local/app:1"})
    EXPECT_FALSE(http::run_until_done(loop_, puller->pull(name))) << name;
}

TEST_F(Pull, CredentialsAreNotSentInTheClearToATokenService) {
  registry_.token = "sesame";
  registry_.realm = "http://tokens.example/token";
  registry_.push("app", "1", make_image(app()));
  PullOptions options;
  int dialed = 0;
  const http::Dialer tcp = http::tcp_dialer();
  options.client.dialer = [&](std::string host, std::uint16_t port, std::int64_t timeout_ms) {
    dialed += host == "tokens.example";
    return tcp(host == "tokens.example" ? "127.0.0.1" : host, port, timeout_ms);
  };
  auto puller = this->puller(std::move(options));
  const Answer answer = http::run_until_done(
      loop_, puller->pull(registry_.host() + "/app:1", RegistryCredentials{"ann", "secret"}));
  ASSERT_FALSE(answer);
  EXPECT_NE(answer.error().message.find("the token service tokens.example does not use TLS"),
            std::string::npos)
      << answer.error().message;
  EXPECT_EQ(dialed, 0);
}

TEST_F(Pull, ARegistryMayNotSendCredentialsToItsNeighboursInTheClear) {
  registry_.token = "sesame";
  registry_.realm = "http://localhost:" + registry_.host().substr(10) + "/token";
  registry_.push("app", "1", make_image(app()));
  EXPECT_NE(refusal("app:1", RegistryCredentials{"ann", "secret"}).find("does not use TLS"),
            std::string::npos);
  EXPECT_EQ(registry_.asked("/token"), 0);
}

TEST_F(Pull, ATokenIsForWhoeverKnewThePassword) {
  registry_.token = "sesame";
  registry_.user = "ann";
  registry_.password = "secret";
  registry_.push("app", "1", make_image(app()));
  auto one = puller();
  const auto as = [&](const char* password) {
    return http::run_until_done(loop_,
                                one->pull(registry_.host() + "/app:1", RegistryCredentials{"ann", password}));
  };
  EXPECT_TRUE(as("secret"));
  EXPECT_FALSE(as("guess"));
}

TEST_F(Pull, MirrorsAreAskedInOrderAndThenTheRegistryItself) {
  const TestImage image = make_image(app());
  FakeRegistry mirror;
  mirror.push("hub/app", "1", image);
  registry_.push("app", "1", image);
  registry_.push("app", "2", make_image(app("two")));
  registry_.basic = true;
  registry_.user = "ann";
  registry_.password = "secret";
  PullOptions options;
  options.registries[registry_.host()].mirrors = {"127.0.0.1:1", mirror.host() + "/hub"};
  auto puller = this->puller(std::move(options));
  const RegistryCredentials ann{"ann", "secret"};
  const auto first = http::run_until_done(loop_, puller->pull(registry_.host() + "/app:1", ann));
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(first->name, registry_.host() + "/app:1") << "named as it was asked for";
  EXPECT_EQ(registry_.asked("/v2/app/manifests/1"), 0);
  EXPECT_TRUE(http::run_until_done(loop_, puller->pull(registry_.host() + "/app:2", ann)));
  EXPECT_EQ(mirror.asked("/v2/hub/app/manifests/2"), 1);
  EXPECT_FALSE(mirror.authorization_seen) << "the task's credentials are for the registry that it names";
}

TEST_F(Pull, AMirrorThatAsksForCredentialsGetsNotThoseOfTheTask) {
  registry_.push("app", "1", make_image(app()));
  FakeRegistry curious;
  curious.push("app", "1", make_image(app()));
  curious.basic = true;
  curious.user = "ann";
  curious.password = "secret";
  const RegistryCredentials ann{"ann", "secret"};
  PullOptions options;
  options.registries[registry_.host()].mirrors = {curious.host()};
  options.registries["registry.corp"].location = curious.host();
  auto puller = this->puller(std::move(options));
  EXPECT_TRUE(http::run_until_done(loop_, puller->pull(registry_.host() + "/app:1", ann)));
  EXPECT_FALSE(http::run_until_done(loop_, puller->pull("registry.corp/app:1", ann)));
  EXPECT_EQ(curious.asked("/v2/app/manifests/1"), 2);
  EXPECT_FALSE(curious.authorization_seen);
}

TEST_F(Pull, ALocationStandsForARegistry) {
  registry_.push("production/app", "1", make_image(app()));
  const std::string ecr = "123456789012.dkr.ecr.us-east-1.amazonaws.com";
  PullOptions options;
  options.registries[ecr].location = registry_.host() + "/production";
  auto puller = this->puller(std::move(options));
  const auto pulled =
      http::run_until_done(loop_, puller->pull(ecr + "/app:1", RegistryCredentials{"AWS", "token"}));
  ASSERT_TRUE(pulled) << pulled.error().message;
  EXPECT_TRUE(store_->resolve(ecr + "/app:1"));
  EXPECT_FALSE(registry_.authorization_seen);
}

TEST_F(Pull, DockersConfigurationIsAskedWhereATaskBringsNothing) {
  registry_.basic = true;
  registry_.user = "ann";
  registry_.password = "secret";
  registry_.push("app", "1", make_image(app()));
  PullOptions options;
  options.docker_config = here_ / "config.json";
  auto puller = this->puller(options);
  EXPECT_FALSE(http::run_until_done(loop_, puller->pull(registry_.host() + "/app:1"))) << "no such file";
  write(here_.path / "config.json",
        R"({"auths": {")" + registry_.host() + R"(": {"username": "ann", "password": "secret"}}})");
  EXPECT_TRUE(http::run_until_done(loop_, puller->pull(registry_.host() + "/app:1")));
}

TEST_F(Pull, AnotherLifeGoesOnWithWhatOneHasLeft) {
  const TestImage image = make_image(app());
  registry_.push("app", "1", image);
  const std::string partial = store_->impl().partial_path(image.blob_digests[0], image.diff_ids[0]);
  const std::string &blob = image.blobs[0], half = blob.substr(0, blob.size() / 2);
  write(partial, half);
  ASSERT_TRUE(pull("app:1"));
  EXPECT_EQ(registry_.range_seen, "bytes=" + std::to_string(half.size()) + "-");
  EXPECT_FALSE(exists(partial));

  // Whatever lies there: damaged, too long, whole, or begun at a registry that knows no ranges.
  for (const bool ranges : {true, false})
    for (const std::string& left : {std::string(half.size(), 'x'), blob + "more", blob, half}) {
      ASSERT_TRUE(store_->remove(registry_.host() + "/app:1"));
      ASSERT_TRUE(store_->prune());
      registry_.ranges = ranges;
      write(partial, left);
      const Answer answer = pull("app:1");
      EXPECT_TRUE(answer) << ranges << left.size() << ": " << answer.error().message;
      EXPECT_FALSE(exists(partial));
    }
}

TEST_F(Pull, WhatCameBeforeAPullBrokeOffIsKeptForTheNext) {
  const TestImage image = make_image(app());
  registry_.push("app", "1", image);
  registry_.truncate_times = 100;
  EXPECT_NE(refusal("app:1"), "");
  const std::string partial = store_->impl().partial_path(image.blob_digests[0], image.diff_ids[0]);
  EXPECT_GT(fs::file_size(partial), image.blobs[0].size() / 2);
  ASSERT_TRUE(store_->prune());
  EXPECT_TRUE(exists(partial)) << "it is young";
  registry_.truncate_times = 0;
  EXPECT_TRUE(pull("app:1"));
}

TEST_F(Pull, NothingStaysOfAnImageThatDoesNotFit) {
  const std::string small = here_ / "small";
  fs::create_directory(small);
  if (::mount("none", small.c_str(), "tmpfs", 0, "size=8m") != 0) GTEST_SKIP() << "no tmpfs: " << system_reason();
  store_ = open_store(small + "/images");
  const std::string fits(3'000'000, '\0'), does_not(12'000'000, '\0');
  registry_.push("big", "1", make_image({{{file("a", fits)}, {file("b", does_not)}}}));
  const std::string refused = refusal("big:1");
  const auto layers = names_in(small + "/images/layers"), blobs = names_in(small + "/images/blobs/sha256");
  store_.reset();
  ::umount2(small.c_str(), MNT_DETACH);
  EXPECT_TRUE(refused.ends_with("no space left on device")) << refused;
  EXPECT_EQ(layers, std::vector<std::string>());
  EXPECT_EQ(blobs, std::vector<std::string>());
}

TEST_F(Pull, ForeignLayersAndArtifactsAreRefusedByName) {
  const TestImage image = make_image(app());
  registry_.push("app", "1", image);
  const auto with_layer = [&](boost::json::object changes) {
    auto manifest = boost::json::parse(image.manifest);
    for (auto& change : changes) manifest.at("layers").at(0).as_object()[change.key()] = change.value();
    registry_.put_manifest("app", "odd", boost::json::serialize(manifest));
    return refusal("app:odd");
  };
  EXPECT_NE(with_layer({{"mediaType", "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"}})
                .find("is a foreign layer"),
            std::string::npos);
  EXPECT_NE(with_layer({{"urls", {"https://mcr.microsoft.com/x"}}}).find("is a foreign layer"),
            std::string::npos);
  EXPECT_NE(with_layer({{"mediaType", "application/vnd.oci.image.layer.v1.tar+gzip+encrypted"}})
                .find("is encrypted"),
            std::string::npos);
  EXPECT_NE(
      with_layer({{"mediaType", "application/vnd.cncf.helm.chart.content.v1"}}).find("is no file system"),
      std::string::npos);
}

TEST_F(Pull, IndexesWithinIndexesEnd) {
  const TestImage image = make_image(app());
  registry_.push("app", "1", image);
  std::string digest = image.manifest_digest;
  for (int depth = 0; depth <= limits::image_index_depth + 1; ++depth) {
    const std::string index = boost::json::serialize(boost::json::object{
        {"schemaVersion", 2},
        {"manifests", boost::json::array{boost::json::object{{"digest", digest}, {"size", 1}}}}});
    digest = digest_of(index);
    registry_.put_manifest("app", digest, index);
    registry_.put_manifest("app", "depth-" + std::to_string(depth), index);
  }
  EXPECT_TRUE(pull("app:depth-" + std::to_string(limits::image_index_depth)));
  EXPECT_NE(refusal("app:depth-" + std::to_string(limits::image_index_depth + 1)).find("nested too deep"),
            std::string::npos);
}

TEST_F(Pull, ProgressIsTold) {
  const TestImage image = make_image(app());
  registry_.push("app", "1", image);
  std::vector<PullProgress> told;
  PullOptions options;
  options.progress = [&](const PullProgress& progress) { told.push_back(progress); };
  auto puller = this->puller(std::move(options));
  ASSERT_TRUE(http::run_until_done(loop_, puller->pull(registry_.host() + "/app:1")));
  std::uint64_t bytes = 0;
  for (const std::string& blob : image.blobs) bytes += blob.size();
  ASSERT_GE(told.size(), 5u);
  EXPECT_EQ(told.front().bytes_done, 0u);
  EXPECT_EQ(told.back().layers, 4u);
  EXPECT_EQ(told.back().layers_done, 4u);
  EXPECT_EQ(told.back().bytes, bytes);
  EXPECT_EQ(told.back().bytes_done, bytes);
}

TEST_F(Pull, OnceAsksNoRegistryTwice) {
  registry_.push("app", "1", make_image(app()));
  auto puller = this->puller();
  const std::string name = registry_.host() + "/app:1";
  for (int i = 0; i < 3; ++i)
    EXPECT_TRUE(http::run_until_done(loop_, puller->obtain(name, PullBehavior::once)));
  EXPECT_EQ(registry_.asked("/v2/app/manifests/1"), 1);
}

TEST(Challenge, IsReadAsRfc9110WritesIt) {
  const auto bearer =
      parse_challenge("Bearer realm=\"https://a/b\", service=\"x, y\",scope=\"repository:a:pull,push\"");
  ASSERT_TRUE(bearer);
  EXPECT_EQ(bearer->scheme, "bearer");
  EXPECT_EQ(bearer->parameters.at("service"), "x, y");
  EXPECT_EQ(bearer->parameters.at("scope"), "repository:a:pull,push");
  EXPECT_EQ(parse_challenge("BASIC realm=plain")->parameters.at("realm"), "plain");
  EXPECT_FALSE(parse_challenge(""));
  EXPECT_FALSE(parse_challenge("Bearer realm=\"open"));
}

}  // namespace
}  // namespace slipway::agent
