#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace slipway::agent {

// A tar entry's path without "./", doubled and trailing slashes; empty for the root itself. "InvalidImage"
// for one that is absolute, holds "..", is empty, too long or too deep: such a tar is hostile or not an
// image.
Result<std::string> clean_entry_path(std::string_view path);

// What a file name of a layer means (OCI image specification, "Layer Filesystem Changeset": whiteouts).
struct Whiteout {
  enum class Kind { none, whiteout, opaque, other };
  Kind kind = Kind::none;
  std::string directory;  // in which it stands; empty: the root
  std::string hidden;     // the path that a whiteout hides
};
Whiteout whiteout_of(std::string_view clean_path);

}  // namespace slipway::agent
