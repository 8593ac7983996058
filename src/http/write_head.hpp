#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.hpp"

namespace slipway::http {

// Within http/: heads as bytes. Fields that we decide ourselves (Content-Length, Transfer-Encoding,
// Connection, Date) are left out of `headers` as given. Line breaks and NULs in values become blanks, so
// that no value can start a field of its own.

struct HeadFraming {
  std::optional<std::uint64_t> content_length;
  bool chunked = false;
  std::string_view connection;  // "close", "keep-alive"; empty: no field
};

void append_response_head(std::string& into, const Response& response, const HeadFraming& framing);
// `host` is used where `headers` name none.
void append_request_head(std::string& into, std::string_view method, std::string_view target,
                         std::string_view host, const Headers& headers, const HeadFraming& framing);

// "1a2b\r\n": what stands before a chunk.
void append_chunk_size(std::string& into, std::size_t bytes);

}  // namespace slipway::http
