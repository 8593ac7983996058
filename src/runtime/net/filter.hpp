#pragma once

#include <mutex>
#include <optional>
#include <span>
#include <string>

#include "base/result.hpp"
#include "runtime/net/firewall.hpp"
#include "runtime/net/nf_tables.hpp"

namespace slipway::runtime {

// Keeps a router's firewall true in the kernel and in its file. Thread-safe.
class Filter {
 public:
  struct Place {
    std::string router_path;  // the router's namespace
    std::string file;         // what is known, for the next life
    std::string nft;
    std::uint32_t host_address = 0;
  };
  explicit Filter(Place place) : place_(std::move(place)) {}

  // What an earlier life knew, applied whole.
  Result<> recover();
  Result<> change(std::span<const SecurityGroupChange>);
  // Before the task's link is there: no packet finds it open.
  Result<> add(const Firewall::Task&);
  Result<> remove(const std::string& task_id);
  // Of a task that is not there: nothing.
  Result<> change_way_out(const std::string& task_id, bool reaches_outside);

 private:
  Result<> apply();
  Result<> apply_elements(const Firewall::Elements& wanted);
  Result<> apply_all();

  const Place place_;
  std::mutex mutex_;
  Firewall firewall_;
  std::optional<NfTables> socket_;
  std::string chains_;  // as in the kernel; empty: nothing yet
  Firewall::Elements elements_;
};

}  // namespace slipway::runtime
