#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace slipway::agent {

// leases/<hash>.json: somebody stands on an image, or is about to. Kept on disk, so that a lease outlives
// whoever took it; it ends with release(), or where the owner's directory is gone.
struct Lease {
  std::string owner;   // the data directory of a node
  std::string holder;  // a task's id
  std::string name;    // canonical
  std::string manifest_digest;

  bool operator==(const Lease&) const = default;
};

std::string format_lease(const Lease&);
Result<Lease> parse_lease(std::string_view text);

class Leases {
 public:
  explicit Leases(std::string directory) : directory_(std::move(directory)) {}

  // "ImageStoreBusy" beyond limits::image_leases.
  Result<> put(const Lease&) const;
  // All leases of this owner that `holder` has; with "" those of every holder that is not in `kept`.
  void drop(std::string_view owner, std::string_view holder, const std::set<std::string>& kept = {}) const;
  // Those whose owner is still there. The others' files are removed if `tidy`.
  std::vector<Lease> live(bool tidy = false) const;

 private:
  std::string directory_;
};

}  // namespace slipway::agent
