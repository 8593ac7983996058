#pragma once

#include <cstddef>
#include <cstdint>
#include <map>

#include "base/limits.hpp"

namespace slipway::runtime {

// How much each address of a router asks. Time is given, in milliseconds.
class DnsBudgets {
 public:
  // Whether it may ask once more in this second; counts it.
  bool ask(std::uint32_t ip, std::int64_t now_ms) {
    Budget& budget = budgets_[ip];
    if (budget.second != now_ms / 1'000) budget.second = now_ms / 1'000, budget.asked = 0;
    return ++budget.asked <= limits::dns_queries_per_s;
  }
  // Whether one more of its questions may wait for a server; counts it until `answered`.
  bool wait(std::uint32_t ip) {
    Budget& budget = budgets_[ip];
    if (waiting_ >= limits::dns_queries_outstanding ||
        budget.waiting >= limits::dns_queries_outstanding_per_task)
      return false;
    ++waiting_, ++budget.waiting;
    return true;
  }
  void answered(std::uint32_t ip) { --waiting_, --budgets_[ip].waiting; }
  // Addresses that ask no more.
  void forget(std::int64_t now_ms) {
    std::erase_if(budgets_, [now_ms](const auto& each) {
      return each.second.waiting == 0 && each.second.second < now_ms / 1'000 - 1;
    });
  }

 private:
  struct Budget {
    std::int64_t second = 0, asked = 0;
    std::size_t waiting = 0;
  };
  std::size_t waiting_ = 0;
  std::map<std::uint32_t, Budget> budgets_;
};

}  // namespace slipway::runtime
