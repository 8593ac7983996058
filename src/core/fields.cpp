#include "core/fields.hpp"

namespace slipway::core {

void put_varint(std::string& out, std::uint64_t value) {
  while (value >= 0x80) {
    out += char(value | 0x80);
    value >>= 7;
  }
  out += char(value);
}

bool take_varint(std::string_view& bytes, std::uint64_t& value) {
  value = 0;
  for (std::size_t i = 0; i < bytes.size() && i < 10; ++i) {
    const auto byte = std::uint8_t(bytes[i]);
    if (i == 9 && byte > 1) return false;
    value |= std::uint64_t(byte & 0x7f) << (7 * i);
    if (byte < 0x80) {
      bytes.remove_prefix(i + 1);
      return true;
    }
  }
  return false;
}

bool take_bytes(std::string_view& bytes, std::string_view& value) {
  std::uint64_t length;
  if (!take_varint(bytes, length) || length > bytes.size()) return false;
  value = bytes.substr(0, length);
  bytes.remove_prefix(length);
  return true;
}

}  // namespace slipway::core
