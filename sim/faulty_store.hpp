#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "store/store.hpp"

namespace slipway::sim {

// A store on a disk that loses what was not synced. The model is a log: write() appends a record with a
// checksum, sync() makes everything written so far durable. A power cut keeps an arbitrary run of the bytes
// after the last sync, mostly ending inside a record; load() then takes whole records and drops the torn one.
class FaultyStore final : public store::Store {
 public:
  // Both halves at once, as the interface wants it.
  Result<> commit(const std::vector<store::Write>& batch) override;
  Result<> load(const std::function<Result<>(std::string_view row, std::string_view value)>& visit) override;

  // The two halves, for a caller that lets time pass between them.
  void write(const std::vector<store::Write>& batch);
  Result<> sync();

  // The next sync() fails. What it should have made durable is then as uncertain as after a power cut.
  void fail_next_sync(std::string reason) { failure_ = std::move(reason); }
  // Of the bytes that no sync covers, `kept` drawn from `random` stay.
  void power_cut(Random& random);

  std::uint64_t syncs() const { return syncs_; }

 private:
  void replay();

  std::map<std::string, std::string> rows_;  // of whole, durable records
  std::string tail_;                         // records behind the last sync
  std::string failure_;
  std::uint64_t syncs_ = 0;
};

}  // namespace slipway::sim
