#include "auth/sigv4.hpp"

#include <vector>

#include "fuzz.hpp"

// A request's text: method, path and query on the first line, headers, an empty line, the body.
using namespace slipway;

namespace {

std::string_view take_until(std::string_view& text, char end) {
  const auto at = std::min(text.find(end), text.size());
  const std::string_view taken = text.substr(0, at);
  text.remove_prefix(std::min(at + 1, text.size()));
  return taken;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text = fuzz::text_of(data, size);
  std::string_view line = take_until(text, '\n');
  auth::SignedRequest request;
  request.method = take_until(line, ' ');
  request.path = take_until(line, '?');
  request.query = line;
  std::vector<auth::Header> headers;
  for (line = take_until(text, '\n'); !line.empty() && headers.size() < 200; line = take_until(text, '\n')) {
    const std::string_view name = take_until(line, ':');
    headers.push_back({name, line});
  }
  request.headers = headers;
  request.body = text;
  const auto claim = auth::parse_claim(request);
  if (!claim) return 0;
  const Instant now{1'795'527'920'000};
  (void)auth::verify(request, *claim, "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", now);
  return 0;
}
