#include "agent/image/unpack_protocol.hpp"

#include <charconv>

#include "base/limits.hpp"

namespace slipway::agent {
namespace {

std::string_view take_word(std::string_view& text) {
  const std::string_view word = text.substr(0, text.find(' '));
  text.remove_prefix(std::min(word.size() + 1, text.size()));
  return word;
}

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::string format_unpack_message(const Result<Unpacked>& result) {
  std::string text;
  if (result) {
    text =
        "ok " + result->diff_id + " " + std::to_string(result->bytes) + " " + std::to_string(result->entries);
  } else {
    text = "error " + result.error().code + " " + result.error().message;
    for (char& c : text)
      if (std::uint8_t(c) < ' ') c = '?';  // entry names may hold anything
    text.resize(std::min(text.size(), limits::unpack_message_bytes - 1));
  }
  return text + "\n";
}

std::optional<Result<Unpacked>> parse_unpack_message(std::string_view text) {
  if (!text.ends_with('\n')) return std::nullopt;
  text.remove_suffix(1);
  const std::string_view verb = take_word(text), first = take_word(text);
  if (verb == "error" && !first.empty())
    return fail(std::string(first), std::string(text), first == "InvalidImage" ? 400 : 500);
  const auto bytes = number(take_word(text)), entries = number(text);
  if (verb != "ok" || !bytes || !entries) return std::nullopt;
  return Unpacked{std::string(first), *bytes, *entries};
}

}  // namespace slipway::agent
