#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "core/logs/log_group.hpp"
#include "store/log_store.hpp"
#include "wire/value.hpp"

// How the step of DescribeLogStreams hands streams to its work: packed into one text, since a group may have
// very many and the turn must not be kept.
namespace slipway::services::logs {

class StreamPage {
 public:
  void add(const core::logs::LogStream& stream);
  std::size_t size() const { return size_; }
  const std::string& last_name() const { return last_name_; }
  wire::Value packed() const { return wire::Value::blob(text_); }

 private:
  std::string text_;
  std::string last_name_;
  std::size_t size_ = 0;
};

struct StreamRow {
  std::string id;
  std::string name;
  Instant created_at;
};

std::vector<StreamRow> unpack(std::string_view group_id, std::string_view packed);

// Leaves the page of `rows` that follows `last` ("" at first) in order of their last event; streams that
// never had one count as oldest, equals follow their names. Gives the next page's `last`, "" at the end.
Result<std::string> cut_by_time(std::vector<StreamRow>& rows, store::LogStore& logs,
                                std::string_view group_id, bool descending, std::string_view last,
                                std::size_t limit);

}  // namespace slipway::services::logs
