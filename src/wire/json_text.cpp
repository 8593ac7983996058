#include "wire/json_text.hpp"

#include "wire/codec/json_reader.hpp"

namespace slipway::wire {

Result<Value> parse_json(std::string_view text, std::size_t max_bytes) {
  if (text.size() > max_bytes)
    return fail("SerializationException", "The document is too long at byte " + std::to_string(max_bytes));
  return read_json(text, nullptr);
}

}  // namespace slipway::wire
