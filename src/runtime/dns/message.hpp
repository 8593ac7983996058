#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/net/address.hpp"

// Messages of the domain name system (RFC 1035 §4), as far as a forwarder looks into them: the header and the
// one question. Whatever else they hold is passed on unread.
namespace slipway::runtime {

struct DnsQuestion {
  std::string name;  // lower case, without the last dot; "" is the root
  std::uint16_t type = 0, klass = 0;
  std::string bytes;  // as on the wire
};

// A standard query with one question and nothing before its end that a query has not. None: not to be
// answered.
std::optional<DnsQuestion> parse_dns_query(std::string_view message);
std::uint16_t dns_id(std::string_view message);  // of at least two bytes
void set_dns_id(std::string& message, std::uint16_t id);
// Whether this is the answer to that query: response, id, opcode and question, byte by byte.
bool is_dns_answer(std::string_view message, std::uint16_t id, const DnsQuestion& question);

// Over TCP a length goes ahead. The first whole message of a stream; nothing while it is not complete.
std::string dns_framed(const std::string& message);
std::optional<std::string> dns_unframed(const std::string& bytes);

enum class DnsCode : std::uint8_t { ok = 0, server_failure = 2, name_error = 3, refused = 5 };
// Answers to a query that parse_dns_query took; without records, or with one.
std::string dns_answer(std::string_view query, const DnsQuestion&, DnsCode code);
std::string dns_address_answer(std::string_view query, const DnsQuestion&, std::uint32_t ip);
std::string dns_name_answer(std::string_view query, const DnsQuestion&, const std::string& name);

// Names that EC2 gives every address of a VPC: ip-10-0-1-5.ec2.internal,
// ip-10-0-1-5.eu-west-1.compute.internal and back (VPC user guide, "DNS attributes for your VPC").
struct DnsZone {
  std::vector<Cidr> blocks;
  std::string domain;  // "ec2.internal"; empty: none
};
// The answer, where the zone has the name; nothing for others'.
std::optional<std::string> answer_from(const DnsZone&, std::string_view query, const DnsQuestion&);

}  // namespace slipway::runtime
