#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "base/encoding.hpp"
#include "runtime/oci/capabilities.hpp"
#include "runtime/oci/config.hpp"
#include "runtime/oci/errors.hpp"
#include "runtime/oci/seccomp.hpp"
#include "runtime/oci/seccomp_filter.hpp"
#include "runtime/oci/users.hpp"

namespace slipway::runtime {
namespace {

namespace json = boost::json;

ContainerSpec plain() {
  return {.id = "c1", .task_id = "t1", .layers = {"/layer"}, .argv = {"/bin/app", "-x"}};
}

json::object config_of(const ContainerSpec& spec,
                       const OciPlace& place = {.rootfs = "/r", .cgroups_path = "/g"}) {
  return json::parse(oci_config(spec, place)).as_object();
}

const json::object* mount_at(const json::object& config, std::string_view target) {
  const json::object* found = nullptr;
  for (const json::value& mount : config.at("mounts").as_array())
    if (mount.at("destination").as_string() == target) found = &mount.as_object();
  return found;
}

bool has_option(const json::object& mount, std::string_view option) {
  for (const json::value& each : mount.at("options").as_array())
    if (each.as_string() == option) return true;
  return false;
}

std::vector<std::string> namespaces_of(const json::object& config) {
  std::vector<std::string> types;
  for (const json::value& each : config.at("linux").at("namespaces").as_array())
    types.emplace_back(each.at("type").as_string());
  return types;
}

TEST(OciConfig, ProcessAsAsked) {
  ContainerSpec spec = plain();
  spec.env = {"A=1", "PATH=/only"};
  spec.working_dir = "/srv";
  spec.hostname = "box";
  spec.no_new_privileges = true;
  const auto config = config_of(spec, {.rootfs = "/r",
                                       .cgroups_path = "/slipway-0/t1/c1",
                                       .user = {7, 8, {9}, "/home/seven"},
                                       .ulimits = {{"nofile", 10, 20}}});
  const auto& process = config.at("process").as_object();
  EXPECT_EQ(json::serialize(process.at("args")), R"(["/bin/app","-x"])");
  EXPECT_EQ(json::serialize(process.at("env")), R"(["HOSTNAME=box","HOME=/home/seven","A=1","PATH=/only"])");
  EXPECT_EQ(json::serialize(process.at("user")), R"({"uid":7,"gid":8,"umask":18,"additionalGids":[8,9]})");
  EXPECT_EQ(json::serialize(process.at("rlimits")), R"([{"type":"RLIMIT_NOFILE","soft":10,"hard":20}])");
  EXPECT_EQ(process.at("cwd").as_string(), "/srv");
  EXPECT_TRUE(process.at("noNewPrivileges").as_bool());
  EXPECT_EQ(config.at("hostname").as_string(), "box");
  EXPECT_EQ(config.at("linux").at("cgroupsPath").as_string(), "/slipway-0/t1/c1");
}

TEST(OciConfig, ResourcesAndTheirDefaults) {
  auto resources = config_of(plain()).at("linux").at("resources").as_object();
  EXPECT_FALSE(resources.contains("memory"));
  EXPECT_EQ(resources.at("cpu").at("shares").as_int64(), 2);
  EXPECT_EQ(resources.at("pids").at("limit").as_int64(), 4'096);
  EXPECT_FALSE(resources.at("devices").as_array().at(0).at("allow").as_bool());
  ContainerSpec spec = plain();
  spec.memory_bytes = 1 << 20;
  spec.memory_reservation_bytes = 1 << 19;
  spec.cpu_shares = 256;
  spec.pids = 10;
  resources = config_of(spec).at("linux").at("resources").as_object();
  EXPECT_EQ(json::serialize(resources.at("memory")), R"({"limit":1048576,"reservation":524288})");
  EXPECT_EQ(resources.at("cpu").at("shares").as_int64(), 256);
  EXPECT_EQ(resources.at("pids").at("limit").as_int64(), 10);
}

TEST(OciConfig, NamespacesFollowTheNetworkMode) {
  ContainerSpec spec = plain();
  using Names = std::vector<std::string>;
  EXPECT_EQ(namespaces_of(config_of(spec)), (Names{"mount", "uts", "pid", "ipc", "network"}));
  spec.network = {NetworkNamespace::Kind::host, ""};
  EXPECT_EQ(namespaces_of(config_of(spec)), (Names{"mount", "pid", "ipc"}));
  spec.network = {NetworkNamespace::Kind::path, "/run/netns/x"};
  const auto config =
      config_of(spec, {.rootfs = "/r", .cgroups_path = "/g", .ipc_path = "host", .cgroup_v2 = true});
  EXPECT_EQ(namespaces_of(config), (Names{"mount", "uts", "pid", "network", "cgroup"}));
  EXPECT_EQ(config.at("linux").at("namespaces").as_array().at(3).at("path").as_string(), "/run/netns/x");
}

TEST(OciConfig, MountsAndPrivilege) {
  ContainerSpec spec = plain();
  spec.mounts = {{.source = "/host/data", .target = "/data", .read_only = true},
                 {.kind = Mount::Kind::tmpfs, .target = "/t", .size_bytes = 4'096}};
  auto config = config_of(spec);
  EXPECT_EQ(mount_at(config, "/data")->at("source").as_string(), "/host/data");
  EXPECT_TRUE(has_option(*mount_at(config, "/data"), "ro"));
  EXPECT_TRUE(has_option(*mount_at(config, "/t"), "size=4096"));
  EXPECT_TRUE(has_option(*mount_at(config, "/sys"), "ro"));
  EXPECT_TRUE(has_option(*mount_at(config, "/dev/shm"), "size=67108864"));
  EXPECT_TRUE(config.at("linux").as_object().contains("seccomp"));
  EXPECT_TRUE(config.at("linux").as_object().contains("maskedPaths"));
  spec.privileged = true;
  config = config_of(spec);
  EXPECT_TRUE(has_option(*mount_at(config, "/sys"), "rw"));
  EXPECT_FALSE(config.at("linux").as_object().contains("seccomp"));
  EXPECT_FALSE(config.at("linux").as_object().contains("maskedPaths"));
  EXPECT_TRUE(config.at("linux").at("resources").at("devices").as_array().at(0).at("allow").as_bool());
}

TEST(OciSpec, IsHeldAgainstItsLimits) {
  EXPECT_TRUE(validate(plain()));
  const auto refused = [](auto change) {
    ContainerSpec spec = plain();
    change(spec);
    return !validate(spec);
  };
  EXPECT_TRUE(refused([](ContainerSpec& s) { s.id = "../x"; }));
  EXPECT_TRUE(refused([](ContainerSpec& s) { s.task_id = ""; }));
  EXPECT_TRUE(refused([](ContainerSpec& s) { s.argv = {}; }));
  EXPECT_TRUE(refused([](ContainerSpec& s) { s.layers = {}; }));
  EXPECT_TRUE(refused([](ContainerSpec& s) { s.env = {"NOVALUE"}; }));
  EXPECT_TRUE(refused([](ContainerSpec& s) { s.env = {std::string("A=\0", 3)}; }));
  EXPECT_TRUE(refused([](ContainerSpec& s) { s.working_dir = "relative"; }));
  EXPECT_TRUE(refused([](ContainerSpec& s) { s.mounts = {{.source = "relative", .target = "/x"}}; }));
  EXPECT_TRUE(refused([](ContainerSpec& s) { s.ulimits = {{"nonsense", 1, 1}}; }));
  EXPECT_TRUE(refused([](ContainerSpec& s) { s.argv.push_back(std::string(3 << 20, 'x')); }));
}

TEST(OciUsers, AsDockerFindsThem) {
  const std::string passwd = "root:x:0:0:root:/root:/bin/sh\nweb:x:33:34:web:/var/www:/bin/false\n";
  const std::string group = "root:x:0:\nweb:x:34:\nlogs:x:50:root,web\nextra:x:51:web\n";
  const auto resolve = [&](const char* user) { return resolve_user(user, passwd, group); };
  EXPECT_EQ(resolve("").value(), (ExecUser{0, 0, {50}, "/root"}));
  EXPECT_EQ(resolve("web").value(), (ExecUser{33, 34, {50, 51}, "/var/www"}));
  EXPECT_EQ(resolve("33").value(), (ExecUser{33, 34, {50, 51}, "/var/www"}));
  EXPECT_EQ(resolve("web:logs").value(), (ExecUser{33, 50, {}, "/var/www"}));
  EXPECT_EQ(resolve("1000:77").value(), (ExecUser{1'000, 77, {}, "/"}));
  EXPECT_EQ(resolve("1000").value(), (ExecUser{1'000, 0, {}, "/"}));
  EXPECT_EQ(resolve("who").error().message,
            "Error response from daemon: unable to find user who: no matching entries in passwd file");
  EXPECT_EQ(resolve("web:who").error().message,
            "Error response from daemon: unable to find group who: no matching entries in group file");
  EXPECT_FALSE(resolve("99999999999"));
}

TEST(OciCapabilities, DefaultsAddedAndDropped) {
  constexpr std::uint64_t all = (1ull << 41) - 1;
  EXPECT_EQ(choose_capabilities({}, {}, false, all)->names.size(), 14u);
  EXPECT_EQ(choose_capabilities({}, {}, true, all)->names.size(), 41u);
  EXPECT_EQ(choose_capabilities({"net_admin"}, {"ALL"}, false, all)->names,
            std::vector<std::string>{"CAP_NET_ADMIN"});
  EXPECT_EQ(choose_capabilities({}, {"CAP_KILL"}, false, all)->names.size(), 13u);
  EXPECT_EQ(choose_capabilities({"SYS_RESOURCE"}, {}, false, all & ~(1ull << 24))->missing,
            std::vector<std::string>{"CAP_SYS_RESOURCE"});
  EXPECT_EQ(choose_capabilities({"FLY"}, {}, false, all).error().code, "InvalidParameterException");
}

bool allows(std::span<const std::string> capabilities, std::string_view call) {
  for (const SeccompRule& rule : seccomp_rules(capabilities))
    for (std::string_view name : rule.names)
      if (name == call) return rule.action == "SCMP_ACT_ALLOW" && rule.arguments.empty();
  return false;
}

TEST(OciSeccomp, ACapabilityOpensItsCalls) {
  const std::vector<std::string> none, admin = {"CAP_SYS_ADMIN"}, chroot = {"CAP_SYS_CHROOT"};
  EXPECT_TRUE(allows(none, "openat"));
  EXPECT_FALSE(allows(none, "mount"));
  EXPECT_FALSE(allows(none, "clone"));  // only without namespaces
  EXPECT_FALSE(allows(none, "chroot"));
  EXPECT_TRUE(allows(chroot, "chroot"));
  EXPECT_TRUE(allows(admin, "mount"));
  EXPECT_TRUE(allows(admin, "clone"));
  EXPECT_FALSE(allows(admin, "init_module"));
  auto program = compile_seccomp(none, "x86_64");
  ASSERT_TRUE(program) << program.error().message;
  EXPECT_EQ(program->size() % 8, 0u);
  EXPECT_GT(program->size(), 1'000u);
}

TEST(OciErrors, InDockersWords) {
  const auto why = [](const char* log, const char* program) {
    ContainerSpec spec = plain();
    spec.argv = {program};
    return translate_runtime_error(log, spec);
  };
  EXPECT_TRUE(why("executable file `nope` not found in $PATH: No such file or directory\n", "nope")
                  .message.ends_with("exec: \"nope\": executable file not found in $PATH: unknown"));
  EXPECT_TRUE(why("executable file `/nope` not found in $PATH: No such file or directory\n", "/nope")
                  .message.ends_with("exec: \"/nope\": stat /nope: no such file or directory: unknown"));
  EXPECT_TRUE(why("a warning\nopen executable: Permission denied", "/etc/x")
                  .message.ends_with("exec: \"/etc/x\": permission denied: unknown"));
  EXPECT_EQ(why("error stat'ing file `/gone`: No such file or directory", "x").code,
            "CannotCreateContainerError");
  EXPECT_TRUE(
      why("a warning\n\ncrun was killed by signal 9 (Killed)", "x")
          .message.ends_with("start container process: crun was killed by signal 9 (Killed): unknown"));
  EXPECT_TRUE(why("\n", "x").message.ends_with("crun gave no reason: unknown"));
  EXPECT_TRUE(why("something new", "x").message.ends_with("something new: unknown"));
}

}  // namespace
}  // namespace slipway::runtime
