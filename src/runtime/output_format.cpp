#include "runtime/output_format.hpp"

#include <dirent.h>

#include <algorithm>
#include <charconv>
#include <cstdio>

#include "base/limits.hpp"

namespace slipway::runtime {

RecordHeader encode_record_header(OutputRecord::Stream stream, std::size_t data_bytes, std::int64_t time_ns) {
  RecordHeader header{'R', char(stream)};
  for (unsigned at = 0; at < 4; ++at) header[4 + at] = char(data_bytes >> (8 * at) & 0xff);
  for (unsigned at = 0; at < 8; ++at) header[8 + at] = char(std::uint64_t(time_ns) >> (8 * at) & 0xff);
  return header;
}

std::optional<DecodedHeader> decode_record_header(std::string_view bytes) {
  if (bytes.size() < record_header_bytes || bytes[0] != 'R' || (bytes[1] != 1 && bytes[1] != 2))
    return std::nullopt;
  DecodedHeader header{.stream = OutputRecord::Stream(bytes[1])};
  std::uint64_t time = 0;
  for (unsigned at = 0; at < 4; ++at)
    header.data_bytes |= std::size_t(std::uint8_t(bytes[4 + at])) << (8 * at);
  for (unsigned at = 0; at < 8; ++at) time |= std::uint64_t(std::uint8_t(bytes[8 + at])) << (8 * at);
  if (header.data_bytes == 0 || header.data_bytes > limits::output_record_bytes) return std::nullopt;
  header.time_ns = std::int64_t(time);
  return header;
}

std::string segment_name(std::uint64_t first_offset) {
  char name[32];
  std::snprintf(name, sizeof name, "%020llu.log", static_cast<unsigned long long>(first_offset));
  return name;
}

std::vector<std::uint64_t> list_segments(const std::string& directory) {
  std::vector<std::uint64_t> offsets;
  DIR* open = ::opendir(directory.c_str());
  if (!open) return offsets;
  while (const dirent* entry = ::readdir(open)) {
    const std::string_view name = entry->d_name;
    std::uint64_t offset = 0;
    if (name.size() != 24 || !name.ends_with(".log")) continue;
    auto [end, error] = std::from_chars(name.data(), name.data() + 20, offset);
    if (error == std::errc() && end == name.data() + 20) offsets.push_back(offset);
  }
  ::closedir(open);
  std::ranges::sort(offsets);
  return offsets;
}

}  // namespace slipway::runtime
