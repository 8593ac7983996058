#include "sim/faulty_store.hpp"

#include <charconv>
#include <optional>

#include "base/check.hpp"
#include "core/fields.hpp"

namespace slipway::sim {
namespace {

std::uint64_t checksum(std::string_view bytes) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : bytes) hash = (hash ^ std::uint8_t(c)) * 0x100000001b3;
  return hash;
}

void put_text(std::string& out, std::string_view text) {
  core::put_varint(out, text.size());
  out += text;
}

// Takes one whole record off the front and gives its body; nothing when it is torn.
std::optional<std::string_view> take_record(std::string_view& bytes) {
  std::string_view rest = bytes, body;
  std::uint64_t sum = 0;
  if (!core::take_varint(rest, sum) || !core::take_bytes(rest, body) || checksum(body) != sum)
    return std::nullopt;
  bytes = rest;
  return body;
}

}  // namespace

// Record: checksum (varint), length (varint), body. Body: per row its key, a 1 or 0 for value or none, the
// value.
void FaultyStore::write(const std::vector<store::Write>& batch) {
  std::string body;
  for (const auto& [row, value] : batch) {
    put_text(body, row);
    core::put_varint(body, value ? 1 : 0);
    if (value) put_text(body, *value);
  }
  core::put_varint(tail_, checksum(body));
  put_text(tail_, body);
}

Result<> FaultyStore::sync() {
  if (!failure_.empty()) return fail("StoreFailed", std::exchange(failure_, {}));
  ++syncs_;
  replay();
  check(tail_.empty(), "the simulated disk wrote a record that it cannot read");
  return {};
}

Result<> FaultyStore::commit(const std::vector<store::Write>& batch) {
  write(batch);
  return sync();
}

void FaultyStore::power_cut(Random& random) {
  failure_.clear();
  const auto draw = random.below(3);
  if (draw != 0) tail_.resize(draw == 1 ? 0 : random.below(tail_.size() + 1));
  if (!tail_.empty() && random.below(4) == 0)  // a sector of it is rubbish
    tail_[random.below(tail_.size())] ^= char(1 + random.below(255));
  replay();
  tail_.clear();
}

void FaultyStore::replay() {
  std::string_view bytes = tail_;
  while (auto body = take_record(bytes)) {
    std::string_view rest = *body;
    while (!rest.empty()) {
      std::string_view row, value;
      std::uint64_t there = 0;
      const bool read = core::take_bytes(rest, row) && core::take_varint(rest, there) &&
                        (there == 0 || core::take_bytes(rest, value));
      check(read, "the simulated disk's record is damaged inside");
      if (there)
        rows_.insert_or_assign(std::string(row), std::string(value));
      else
        rows_.erase(std::string(row));
    }
  }
  tail_.erase(0, tail_.size() - bytes.size());
}

Result<> FaultyStore::load(
    const std::function<Result<>(std::string_view row, std::string_view value)>& visit) {
  for (const auto& [row, value] : rows_)
    if (auto visited = visit(row, value); !visited) return visited;
  return {};
}

}  // namespace slipway::sim
