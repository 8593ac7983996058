#pragma once

#include <span>
#include <string>
#include <vector>

// The process that is every container's parent (design §5). See docs in supervisor/protocol.hpp.
namespace slipway::runtime {

struct SupervisorOptions {
  std::string node_id;   // 8 hexadecimal digits
  std::string node_dir;  // containers/<id>/ live here
  std::string run_dir;   // socket, lock, crun's state, namespaces
  std::string cgroup_parent = "/";
  int resume_fd = -1;  // after an upgrade: descriptors that were kept
};

// Arguments after the word "supervisor"; nothing for arguments that are not ours.
std::vector<std::string> supervisor_arguments(const SupervisorOptions&);
bool parse_supervisor_arguments(std::span<const char* const>, SupervisorOptions&);

// Goes to the background once it serves, and returns 0 in the process that was started; 3 where another
// supervisor of this node is serving already; 1, with a line on stderr, where it cannot start.
int supervisor_main(const SupervisorOptions&);

}  // namespace slipway::runtime
