#pragma once

#include <string>
#include <string_view>

// Where a node keeps its things. Everything that can be seen outside its two directories carries the node's
// id.
namespace slipway::runtime {

struct NodePaths {
  std::string node_id;
  std::string node_dir;  // survives a reboot
  std::string run_dir;   // means nothing after one
  std::string cgroup_parent = "/";

  std::string containers() const { return node_dir + "/containers"; }
  std::string container(std::string_view id) const { return containers() + "/" + std::string(id); }
  // One for each task that has a share of the disk; carries its quota project.
  std::string task_disks() const { return node_dir + "/disk"; }
  std::string task_disk(std::string_view task_id) const { return task_disks() + "/" + std::string(task_id); }
  std::string socket() const { return run_dir + "/supervisor.sock"; }
  std::string lock() const { return run_dir + "/supervisor.lock"; }
  std::string log() const { return run_dir + "/supervisor.log"; }
  std::string crun_root() const { return run_dir + "/crun"; }
  std::string layer_mounts() const { return run_dir + "/layers"; }
  std::string namespaces() const { return run_dir + "/netns"; }
  // Also kept there, where the supervisor sees what is mounted: the /dev/shm that containers share.
  std::string shared_memory(std::string_view id) const { return namespaces() + "/shm-" + std::string(id); }
  std::string network_state() const { return run_dir + "/network"; }
  std::string groups(std::string_view vpc_id) const { return run_dir + "/groups-" + std::string(vpc_id); }

  // As Cgroups names it: below every hierarchy's root, without a leading slash.
  std::string cgroup() const {
    return (cgroup_parent == "/" ? std::string() : cgroup_parent.substr(1) + "/") + "slipway-" + node_id;
  }
  std::string task_cgroup(std::string_view task_id) const { return cgroup() + "/" + std::string(task_id); }
  std::string supervisor_cgroup() const { return cgroup() + "/supervisor"; }
  std::string nft_table() const { return "slipway_" + node_id; }
  std::string link_prefix() const { return "s" + node_id; }
};

// Eight lower-case hexadecimal digits.
bool is_node_id(std::string_view);
// [A-Za-z0-9][A-Za-z0-9_.-]*, at most limits::container_name_bytes: fit to be a file's, cgroup's and crun's
// name.
bool is_name(std::string_view);

}  // namespace slipway::runtime
