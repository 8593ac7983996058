#include "fuzz.hpp"
#include "runtime/dns/message.hpp"

// What a task, or a name server, sends. An answer of ours answers the question that was asked, and is none
// itself.
using namespace slipway;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view message = fuzz::text_of(data, size);
  const auto question = runtime::parse_dns_query(message);
  if (!question) return 0;
  fuzz::expect(question->name.size() < 256 &&
               !runtime::is_dns_answer(message, runtime::dns_id(message), *question));
  const std::string refusal = runtime::dns_answer(message, *question, runtime::DnsCode::server_failure);
  fuzz::expect(runtime::is_dns_answer(refusal, runtime::dns_id(message), *question));
  fuzz::expect(!runtime::parse_dns_query(refusal));
  const runtime::DnsZone zone{{{0x0a000000, 8}}, "ec2.internal"};
  if (const auto own = runtime::answer_from(zone, message, *question))
    fuzz::expect(runtime::is_dns_answer(*own, runtime::dns_id(message), *question) && own->size() <= 512);
  return 0;
}
