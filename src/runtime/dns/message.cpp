#include "runtime/dns/message.hpp"

#include <algorithm>
#include <charconv>

#include "base/limits.hpp"

namespace slipway::runtime {
namespace {

constexpr std::size_t header_bytes = 12;
constexpr std::size_t name_bytes = 255, label_bytes = 63;
constexpr std::uint16_t type_a = 1, type_ptr = 12, class_in = 1, type_any = 255;
constexpr std::uint32_t own_ttl_s = 60;
constexpr std::string_view reverse = ".in-addr.arpa";

std::uint16_t number_at(std::string_view message, std::size_t at) {
  return std::uint16_t(std::uint8_t(message[at]) << 8 | std::uint8_t(message[at + 1]));
}

void put16(std::string& out, std::uint32_t value) {
  out += char(value >> 8 & 0xff);
  out += char(value & 0xff);
}

void put32(std::string& out, std::uint32_t value) {
  put16(out, value >> 16);
  put16(out, value & 0xffff);
}

// The question behind the header. A question's name is never compressed: nothing stands before it.
std::optional<DnsQuestion> question_of(std::string_view message) {
  if (message.size() < header_bytes || number_at(message, 4) != 1) return std::nullopt;
  DnsQuestion question;
  std::size_t at = header_bytes;
  for (;;) {
    if (at >= message.size()) return std::nullopt;
    const std::size_t length = std::uint8_t(message[at++]);
    if (length == 0) break;
    if (length > label_bytes || at + length > message.size() || at + length - header_bytes > name_bytes)
      return std::nullopt;
    if (!question.name.empty()) question.name += '.';
    for (const char c : message.substr(at, length)) question.name += c >= 'A' && c <= 'Z' ? char(c + 32) : c;
    at += length;
  }
  if (at + 4 > message.size()) return std::nullopt;
  question.type = number_at(message, at);
  question.klass = number_at(message, at + 2);
  question.bytes = message.substr(header_bytes, at + 4 - header_bytes);
  return question;
}

std::string answer_head(std::string_view query, const DnsQuestion& question, DnsCode code, bool records) {
  std::string out(query.substr(0, 2));
  const bool recursion = query[2] & 1;
  out += char(0x80 | (records ? 0x04 : 0) | (recursion ? 1 : 0));
  out += char(0x80 | std::uint8_t(code));
  put16(out, 1);
  put16(out, records);
  put32(out, 0);
  return out + question.bytes;
}

void put_record_head(std::string& out, std::uint16_t type, std::size_t bytes) {
  put16(out, 0xc000 | header_bytes);  // the question's name
  put16(out, type);
  put16(out, class_in);
  put32(out, own_ttl_s);
  put16(out, std::uint32_t(bytes));
}

// "10-0-1-5" with '-', or "5.1.0.10" with '.'.
std::optional<std::uint32_t> four_numbers(std::string_view text, char between) {
  std::uint32_t ip = 0;
  for (int part = 0; part < 4; ++part) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const auto digits = std::size_t(end - text.data());
    if (error != std::errc() || value > 255 || digits > 3 || (digits > 1 && text[0] == '0'))
      return std::nullopt;
    ip = ip << 8 | value;
    text.remove_prefix(digits);
    if (part == 3) break;
    if (text.empty() || text[0] != between) return std::nullopt;
    text.remove_prefix(1);
  }
  return text.empty() ? std::optional(ip) : std::nullopt;
}

bool in_zone(const DnsZone& zone, std::uint32_t ip) {
  return std::ranges::any_of(zone.blocks, [ip](const Cidr& block) { return block.contains(ip); });
}

}  // namespace

std::optional<DnsQuestion> parse_dns_query(std::string_view message) {
  if (message.size() < header_bytes || message.size() > limits::dns_message_bytes) return std::nullopt;
  // A query (QR 0) of opcode 0, not truncated; one question, no records but an EDNS one.
  if ((std::uint8_t(message[2]) & 0xfa) != 0) return std::nullopt;
  if (number_at(message, 6) != 0 || number_at(message, 8) != 0 || number_at(message, 10) > 2)
    return std::nullopt;
  return question_of(message);
}

std::uint16_t dns_id(std::string_view message) {
  return number_at(message, 0);
}

void set_dns_id(std::string& message, std::uint16_t id) {
  message[0] = char(id >> 8);
  message[1] = char(id & 0xff);
}

bool is_dns_answer(std::string_view message, std::uint16_t id, const DnsQuestion& question) {
  if (message.size() < header_bytes || dns_id(message) != id) return false;
  if ((std::uint8_t(message[2]) & 0xf8) != 0x80) return false;
  const auto asked = question_of(message);
  return asked && asked->bytes == question.bytes;
}

std::string dns_framed(const std::string& message) {
  return std::string{char(message.size() >> 8), char(message.size() & 0xff)} + message;
}

std::optional<std::string> dns_unframed(const std::string& bytes) {
  if (bytes.size() < 2) return std::nullopt;
  const std::size_t size = number_at(bytes, 0);
  if (bytes.size() < 2 + size) return std::nullopt;
  return bytes.substr(2, size);
}

std::string dns_answer(std::string_view query, const DnsQuestion& question, DnsCode code) {
  return answer_head(query, question, code, false);
}

std::string dns_address_answer(std::string_view query, const DnsQuestion& question, std::uint32_t ip) {
  std::string out = answer_head(query, question, DnsCode::ok, true);
  put_record_head(out, type_a, 4);
  put32(out, ip);
  return out;
}

std::string dns_name_answer(std::string_view query, const DnsQuestion& question, const std::string& name) {
  std::string wire;
  for (std::size_t at = 0; at < name.size();) {
    const std::size_t end = std::min(name.find('.', at), name.size());
    wire += char(end - at);
    wire += name.substr(at, end - at);
    at = end + 1;
  }
  wire += '\0';
  std::string out = answer_head(query, question, DnsCode::ok, true);
  put_record_head(out, type_ptr, wire.size());
  return out + wire;
}

std::optional<std::string> answer_from(const DnsZone& zone, std::string_view query,
                                       const DnsQuestion& question) {
  if (zone.domain.empty() || question.klass != class_in) return std::nullopt;
  const std::string_view name = question.name;
  if (name.ends_with(reverse)) {
    auto backwards = four_numbers(name.substr(0, name.size() - reverse.size()), '.');
    if (!backwards) return std::nullopt;
    const std::uint32_t ip = __builtin_bswap32(*backwards);
    if (!in_zone(zone, ip)) return std::nullopt;
    if (question.type != type_ptr && question.type != type_any)
      return dns_answer(query, question, DnsCode::ok);
    std::string host = "ip-" + ipv4_text(ip);
    std::ranges::replace(host, '.', '-');
    return dns_name_answer(query, question, host + "." + zone.domain);
  }
  if (name != zone.domain && !(name.size() > zone.domain.size() && name.ends_with(zone.domain) &&
                               name[name.size() - zone.domain.size() - 1] == '.'))
    return std::nullopt;
  // The zone is ours alone: what it does not have is nowhere.
  if (name == zone.domain) return dns_answer(query, question, DnsCode::ok);
  const std::string_view host = name.substr(0, name.size() - zone.domain.size() - 1);
  const auto ip = host.starts_with("ip-") ? four_numbers(host.substr(3), '-') : std::nullopt;
  if (!ip || !in_zone(zone, *ip)) return dns_answer(query, question, DnsCode::name_error);
  if (question.type != type_a && question.type != type_any) return dns_answer(query, question, DnsCode::ok);
  return dns_address_answer(query, question, *ip);
}

}  // namespace slipway::runtime
