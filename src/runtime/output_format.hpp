#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/output.hpp"

// Bytes of the spool that output.hpp describes, for its writer and its reader.
namespace slipway::runtime {

inline constexpr std::size_t record_header_bytes = 16;
using RecordHeader = std::array<char, record_header_bytes>;

RecordHeader encode_record_header(OutputRecord::Stream, std::size_t data_bytes, std::int64_t time_ns);

struct DecodedHeader {
  OutputRecord::Stream stream = OutputRecord::Stream::out;
  std::size_t data_bytes = 0;
  std::int64_t time_ns = 0;
};
// Nothing for bytes that no writer wrote.
std::optional<DecodedHeader> decode_record_header(std::string_view);

std::string segment_name(std::uint64_t first_offset);
// First offsets of a directory's segments, ascending.
std::vector<std::uint64_t> list_segments(const std::string& directory);

}  // namespace slipway::runtime
