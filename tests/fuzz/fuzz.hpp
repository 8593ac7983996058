#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

// Every target is one file with this one function: libFuzzer calls it, and so does replay.cpp, without
// libFuzzer, for the seeds in corpus/.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace slipway::fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// The first byte chooses among `count`; the rest is the input proper.
inline std::size_t choose(std::string_view& text, std::size_t count) {
  if (text.empty()) return 0;
  const auto chosen = static_cast<unsigned char>(text.front()) % count;
  text.remove_prefix(1);
  return chosen;
}

// What must hold for every input; a finding otherwise.
inline void expect(bool holds) {
  if (!holds) std::abort();
}

}  // namespace slipway::fuzz
