#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "store/log_store.hpp"

namespace slipway::services::logs {

// AWS's numbers of 56 digits: eventId, and what stands in the tokens of GetLogEvents ("f/<number>/s"). One
// holds the event's timestamp, its place among equals and a digest of its stream, high bits first, so that
// numbers of later events are larger:   timestamp ms << 144 | sequence << 80 | digest.
std::string event_number(std::string_view stream_id, store::LogPosition at);

// Nothing for a text that is no number of this stream.
std::optional<store::LogPosition> position_of(std::string_view stream_id, std::string_view number);

}  // namespace slipway::services::logs
