// A task's share of the disk (ECS ephemeralStorage). Where the file system has project quotas, the kernel
// keeps count and refuses what is too much; elsewhere task_disk() counts, and its caller judges.
#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <functional>

#include "base/log.hpp"
#include "runtime/linux_host_impl.hpp"
#include "runtime/system/disk_quota.hpp"

namespace slipway::runtime {
namespace {

constexpr int project_attempts = 64;

// A number that no administrator gives by hand. Several nodes, and others, may share the file system: one
// that is in use is somebody else's.
Result<std::uint32_t> free_project(const std::string& directory, const std::string& name) {
  std::uint32_t number = std::uint32_t(std::hash<std::string>()(name)) & 0x3fff'ffffu;
  for (int attempt = 0; attempt < project_attempts; ++attempt, number = (number + 1) & 0x3fff'ffffu) {
    const std::uint32_t project = number | 0x4000'0000u;
    auto use = project_use(directory, project);
    if (!use) return pass(use);
    if (use->bytes == 0 && use->limit_bytes == 0) return project;
  }
  return fail("HostError", "no free quota project on " + directory, 500);
}

}  // namespace

Result<> LinuxHost::limit_disk(const TaskCgroupSpec& spec) {
  if (!enforces_projects(paths_.node_dir)) return {};
  const std::string share = paths_.task_disk(spec.task_id);
  if (auto made = make_directories(share, 0700); !made) return made;
  std::uint32_t project = project_of(share);
  if (project == 0) {
    auto found = free_project(share, paths_.node_id + spec.task_id);
    if (!found) return pass(found);
    project = *found;
    if (auto set = set_project(share, project); !set) return set;
  }
  // A volume on another file system, or a host's path, has no part in it.
  for (const std::string& directory : spec.disk_directories)
    if (auto set = set_project(directory, project); !set) return set;
  return limit_project(share, project, std::uint64_t(spec.disk_bytes));
}

void LinuxHost::release_disk(const std::string& task_id) {
  const std::string share = paths_.task_disk(task_id);
  const std::uint32_t project = project_of(share);
  if (project != 0)
    if (auto lifted = limit_project(share, project, 0); !lifted)
      log::warn("a task's quota stays", {{"task", task_id}, {"error", lifted.error().message}});
  ::rmdir(share.c_str());
}

Result<> LinuxHost::make_writable(const ContainerSpec& spec, const std::string& directory) {
  const std::uint32_t project = project_of(paths_.task_disk(spec.task_id));
  if (project == 0) return {};
  // Both: the kernel moves files from one to the other, and none moves between projects.
  for (const char* part : {"/upper", "/work"}) {
    if (auto made = make_directories(directory + part, 0755); !made) return made;
    if (auto set = set_project(directory + part, project); !set) return set;
  }
  return {};
}

Result<TaskDisk> LinuxHost::task_disk(const std::string& task_id, std::span<const std::string> directories) {
  const std::string share = paths_.task_disk(task_id);
  if (const std::uint32_t project = project_of(share); project != 0) {
    auto use = project_use(share, project);
    if (!use) return pass(use);
    return TaskDisk{use->bytes, true};
  }
  auto all = containers();
  if (!all) return pass(all);
  TaskDisk disk;
  for (const ContainerStatus& status : *all)
    if (status.task_id == task_id) disk.bytes += measure_tree(paths_.container(status.id) + "/upper");
  for (const std::string& directory : directories) disk.bytes += measure_tree(directory);
  return disk;
}

}  // namespace slipway::runtime
