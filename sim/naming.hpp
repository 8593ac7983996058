#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "wire/value.hpp"

namespace slipway::sim {

// Gives what differs from run to run a name that does not: the first task id that is shown becomes $task1,
// the next $task2, and so on for instances, interfaces, addresses and whatever else is drawn by chance.
class Naming {
 public:
  // Ids in `text`, which was shown by the server, as their names.
  std::string named(std::string_view text);
  // $names in `text`, which people wrote, as what they stand for; unknown ones stay.
  std::string resolved(std::string_view text) const;

 private:
  std::string name_of(const std::string& id, const std::string& kind);

  std::map<std::string, std::string> names_, ids_;
  std::map<std::string, int> count_;
};

// Members that end in "At" and hold epoch seconds become "+12.345s", counted from the run's start.
wire::Value with_relative_times(const wire::Value& value);

// Only the members on these paths, "tasks.containers.exitCode"; lists are passed through.
wire::Value projected(const wire::Value& value, const std::vector<std::string>& paths);

}  // namespace slipway::sim
