#pragma once

#include <cstdint>
#include <string>

#include "base/result.hpp"

// How much of a file system a set of directories takes, and may take: a project of the kernel's quotas (ext4
// mounted with prjquota, xfs with pquota; quotactl(2)), or a count where there are none.
namespace slipway::runtime {

struct ProjectUse {
  std::uint64_t bytes = 0;
  std::uint64_t limit_bytes = 0;  // 0: none
};

// Whether the file system that holds `directory` stops a project at its limit. Being able to count is not
// enough.
bool enforces_projects(const std::string& directory);

// Everything made below `directory` from now on belongs to `project`. What is below it already does not.
Result<> set_project(const std::string& directory, std::uint32_t project);
std::uint32_t project_of(const std::string& directory);  // 0: none

// `directory` names the file system.
Result<> limit_project(const std::string& directory, std::uint32_t project, std::uint64_t bytes);  // 0: lifts
Result<ProjectUse> project_use(const std::string& directory, std::uint32_t project);

// The blocks of all files below `directory`, on its file system, links not followed; 0 where it is not
// there. Takes its time: a stat for each file.
std::uint64_t measure_tree(const std::string& directory);

}  // namespace slipway::runtime
