#include "services/logs/stream_page.hpp"

#include <algorithm>
#include <charconv>
#include <unordered_map>

#include "base/check.hpp"

namespace slipway::services::logs {
namespace {

// A row: id without its group, '\n', milliseconds of creation, '\n', length of the name, '\n', name.
std::string_view take_line(std::string_view& text) {
  const auto end = text.find('\n');
  check(end != text.npos, "a packed list of streams ends early");
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

std::int64_t number(std::string_view digits) {
  std::int64_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

// Where a stream stands in the order of time; as text it is a page's `last`.
struct Place {
  std::int64_t time;  // -1: no event
  std::string_view name;

  auto operator<=>(const Place&) const = default;
  std::string text() const { return std::to_string(time) + "\n" + std::string(name); }
};

}  // namespace

void StreamPage::add(const core::logs::LogStream& stream) {
  text_.append(std::string_view(stream.id).substr(stream.group_id.size() + 1)).append("\n");
  text_.append(std::to_string(stream.created_at.ms)).append("\n");
  text_.append(std::to_string(stream.name.size())).append("\n").append(stream.name);
  last_name_ = stream.name;
  ++size_;
}

std::vector<StreamRow> unpack(std::string_view group_id, std::string_view packed) {
  std::vector<StreamRow> rows;
  while (!packed.empty()) {
    StreamRow row;
    row.id.append(group_id).append("/").append(take_line(packed));
    row.created_at.ms = number(take_line(packed));
    const auto size = std::size_t(number(take_line(packed)));
    row.name.assign(packed.substr(0, size));
    packed.remove_prefix(size);
    rows.push_back(std::move(row));
  }
  return rows;
}

Result<std::string> cut_by_time(std::vector<StreamRow>& rows, store::LogStore& logs,
                                std::string_view group_id, bool descending, std::string_view last,
                                std::size_t limit) {
  std::unordered_map<std::string, std::int64_t> times;
  auto listed =
      logs.each_stream(group_id, [&](std::string_view id, Instant time) { times.emplace(id, time.ms); });
  if (!listed) return pass(listed);

  std::vector<std::pair<Place, StreamRow*>> order;
  Place after{};
  if (!last.empty()) {
    after.time = number(take_line(last));
    after.name = last;
  }
  const bool first_page = after.name.empty();
  for (StreamRow& row : rows) {
    const auto time = times.find(row.id);
    const Place place{time == times.end() ? -1 : time->second, row.name};
    if (first_page || (descending ? place < after : place > after)) order.emplace_back(place, &row);
  }
  const std::size_t size = std::min(limit, order.size());
  std::ranges::partial_sort(order, order.begin() + std::ptrdiff_t(size), [&](const auto& a, const auto& b) {
    return descending ? a.first > b.first : a.first < b.first;
  });
  std::string next = order.size() > size ? order[size - 1].first.text() : "";
  std::vector<StreamRow> page;
  for (std::size_t i = 0; i < size; ++i) page.push_back(std::move(*order[i].second));
  rows = std::move(page);
  return next;
}

}  // namespace slipway::services::logs
