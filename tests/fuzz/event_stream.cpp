#include "wire/event_stream.hpp"

#include "fuzz.hpp"

// Messages of an event stream, in pieces of any size. What was read is written and read as the same.
using namespace slipway;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view bytes = fuzz::text_of(data, size);
  const std::size_t piece = 1 + fuzz::choose(bytes, 64);
  const wire::Service& logs = *wire::service_by_id("logs");
  const wire::Operation& tail = *logs.operation("StartLiveTail");
  wire::EventDecoder decoder;
  for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size()))) {
    decoder.feed(bytes.substr(0, piece));
    for (;;) {
      auto message = decoder.next();
      if (!message) return 0;
      if (!*message) break;
      (void)wire::parse_event(logs, tail, **message);
      std::string written;
      wire::append_event_message(written, **message);
      wire::EventDecoder second;
      second.feed(written);
      auto again = second.next();
      fuzz::expect(again && *again && (*again)->payload == (*message)->payload &&
                   (*again)->headers == (*message)->headers);
    }
  }
  return 0;
}
