#pragma once

#include <map>
#include <string>
#include <vector>

#include "sim/fleet.hpp"

namespace slipway::sim {

// What a golden transcript's "!" lines can do to its fleet. Containers run for ever and everything takes its
// usual time (a pull 1 s, a network 100 ms, a start 200 ms, an end 100 ms) unless a line said otherwise
// before.
class GoldenScript {
 public:
  explicit GoldenScript(Fleet& fleet) : fleet_(fleet) {}

  // One line's words, ids resolved. False when it is none of ours.
  bool happen(const std::vector<std::string>& words);

 private:
  bool image(const std::vector<std::string>& words);
  bool container(const std::vector<std::string>& words);
  bool node(const std::string& name, const std::string& what);
  Fates fates();

  Fleet& fleet_;
  std::map<std::string, ImageFate> images_;
  std::map<std::string, ContainerFate> containers_;  // by image
};

// "30s", "500ms", "2m", "1h" in milliseconds; -1 for anything else.
std::int64_t parse_duration(const std::string& text);

}  // namespace slipway::sim
