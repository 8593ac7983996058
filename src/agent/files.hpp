#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "wire/value.hpp"

// The agent's own files. Everything below <data_dir>/agent, mode 0700, files 0600, written aside and renamed.
//
//   instance.json           {"containerInstanceArn", "cluster", "clientToken"}
//   tasks/<task id>.json    {"version": 1, "task": the payload without secrets, "state": TaskState}
//   logs/<container id>     how far its output is shipped (LogPosition)
//   routers                 VPCs whose routers are on the host, a line each
//   volumes/…               task and shared volumes
//
// Calls block; from any thread. Error "AgentDataError" with path and reason.
namespace slipway::agent {

class TaskFiles {
 public:
  explicit TaskFiles(std::string data_dir) : directory_(std::move(data_dir) + "/agent") {}

  Result<> prepare();
  std::string volumes_dir() const { return directory_ + "/volumes"; }
  std::string log_position(std::string_view container_id) const;
  std::string task_volumes(std::string_view task_id) const;

  struct StoredTask {
    std::string task_id, json;
  };
  Result<std::vector<StoredTask>> tasks();
  Result<> write_task(std::string_view task_id, std::string_view json);
  // What cannot be read is kept for people, under another name; unless it is empty, as a loss of power leaves
  // it.
  Result<> set_aside(std::string_view task_id);
  // With its volumes and log positions.
  Result<> remove_task(std::string_view task_id, const std::vector<std::string>& container_ids);

  // Log positions and volumes that belong to none of these.
  void sweep(const std::set<std::string>& task_ids, const std::set<std::string>& container_ids);

  // Nothing where there is none. Synced: it must survive a power cut, unlike tasks, which do not.
  Result<std::optional<std::string>> read_instance();
  Result<> write_instance(std::string_view json);
  Result<> remove_instance();

  std::vector<std::string> read_routers();
  Result<> write_routers(const std::vector<std::string>& vpc_ids);

 private:
  std::string task_file(std::string_view task_id) const;

  std::string directory_;
};

}  // namespace slipway::agent
