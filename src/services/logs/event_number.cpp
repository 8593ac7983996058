#include "services/logs/event_number.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "auth/digest.hpp"

namespace slipway::services::logs {
namespace {

constexpr std::size_t digits_min = 56;
constexpr std::size_t digits_max = 58;  // of 192 bits
constexpr std::int64_t timestamp_max_ms = (1ll << 48) - 1;

using Words = std::array<std::uint32_t, 6>;  // 192 bits, high word first

Words words_of(std::string_view stream_id, store::LogPosition at) {
  const auto time = std::uint64_t(std::clamp<std::int64_t>(at.timestamp.ms, 0, timestamp_max_ms));
  const auth::Digest digest = auth::sha256(stream_id);
  auto word = [&](std::size_t i) {
    return std::uint32_t(digest[i]) << 24 | std::uint32_t(digest[i + 1]) << 16 |
           std::uint32_t(digest[i + 2]) << 8 | digest[i + 3];
  };
  return {std::uint32_t(time >> 16),
          std::uint32_t((time & 0xffff) << 16 | at.sequence >> 48),
          std::uint32_t(at.sequence >> 16),
          std::uint32_t((at.sequence & 0xffff) << 16 | (word(0) & 0xffff)),
          word(4),
          word(8)};
}

}  // namespace

std::string event_number(std::string_view stream_id, store::LogPosition at) {
  Words words = words_of(stream_id, at);
  std::string digits;
  while (std::ranges::any_of(words, [](std::uint32_t word) { return word != 0; })) {
    std::uint64_t rest = 0;
    for (std::uint32_t& word : words) {
      rest = rest << 32 | word;
      word = std::uint32_t(rest / 10);
      rest %= 10;
    }
    digits += char('0' + rest);
  }
  while (digits.size() < digits_min) digits += '0';
  std::ranges::reverse(digits);
  return digits;
}

std::optional<store::LogPosition> position_of(std::string_view stream_id, std::string_view number) {
  if (number.size() < digits_min || number.size() > digits_max) return std::nullopt;
  Words words{};
  for (char digit : number) {
    if (digit < '0' || digit > '9') return std::nullopt;
    std::uint64_t carry = std::uint64_t(digit - '0');
    for (std::size_t i = words.size(); i-- > 0;) {
      carry += std::uint64_t(words[i]) * 10;
      words[i] = std::uint32_t(carry);
      carry >>= 32;
    }
    if (carry != 0) return std::nullopt;
  }
  store::LogPosition at;
  at.timestamp.ms = std::int64_t(std::uint64_t(words[0]) << 16 | words[1] >> 16);
  at.sequence = std::uint64_t(words[1] & 0xffff) << 48 | std::uint64_t(words[2]) << 16 | words[3] >> 16;
  if (words_of(stream_id, at) != words) return std::nullopt;
  return at;
}

}  // namespace slipway::services::logs
