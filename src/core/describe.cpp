#include "core/describe.hpp"

#include <cstdio>

namespace slipway::core {

void append_json_text(std::string& out, std::string_view text) {
  out += '"';
  for (char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (std::uint8_t(c) < 0x20) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", unsigned(std::uint8_t(c)));
      out += escape;
    } else {
      out += c;
    }
  }
  out += '"';
}

}  // namespace slipway::core
