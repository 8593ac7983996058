#include "agent/image/entry_path.hpp"

#include <climits>

#include "base/limits.hpp"

namespace slipway::agent {

Result<std::string> clean_entry_path(std::string_view path) {
  const auto refuse = [&](std::string_view why) {
    return fail("InvalidImage", "entry \"" + std::string(path.substr(0, 256)) + "\" " + std::string(why));
  };
  if (path.empty()) return refuse("has no name");
  if (path.size() >= PATH_MAX) return refuse("has a name that is too long");
  if (path.starts_with('/')) return refuse("has an absolute path");
  std::string clean;
  std::size_t depth = 0;
  for (std::size_t at = 0; at < path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    const std::string_view part = path.substr(at, end - at);
    at = end + 1;
    if (part == "..") return refuse("leaves the image: its path holds \"..\"");
    if (part.empty() || part == ".") continue;
    if (part.size() > limits::image_entry_name_bytes) return refuse("has a name that is too long");
    if (++depth > limits::image_entry_depth) return refuse("lies too deep");
    if (!clean.empty()) clean += '/';
    clean += part;
  }
  return clean;
}

Whiteout whiteout_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  const std::string_view name = slash == path.npos ? path : path.substr(slash + 1);
  Whiteout out;
  if (!name.starts_with(".wh.")) return out;
  out.directory = slash == path.npos ? "" : path.substr(0, slash);
  if (name == ".wh..wh..opq") {
    out.kind = Whiteout::Kind::opaque;
  } else if (name.starts_with(".wh..wh.") || name == ".wh." || name == ".wh.." || name == ".wh...") {
    out.kind = Whiteout::Kind::other;  // AUFS' own bookkeeping (".wh..wh.plnk"), or a name that hides nothing
  } else {
    out.kind = Whiteout::Kind::whiteout;
    out.hidden = (out.directory.empty() ? "" : out.directory + "/") + std::string(name.substr(4));
  }
  return out;
}

}  // namespace slipway::agent
