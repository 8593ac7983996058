#pragma once

#include <cstddef>
#include <cstdint>

// Of routers and their name servers, with the units in their names as in base/limits.hpp.
namespace slipway::limits {

inline constexpr std::size_t security_groups_per_router = 2'500;  // EC2's quota of a VPC
inline constexpr std::size_t security_group_rules = 2'000;        // both ways; EC2's highest quotas together
inline constexpr std::size_t dns_message_bytes = 4'096;           // what we take over UDP, and send on
inline constexpr std::size_t dns_queries_outstanding = 512;       // of one router
inline constexpr std::size_t dns_queries_outstanding_per_task = 64;
inline constexpr std::int64_t dns_queries_per_s = 1'024;  // per task, as a VPC's resolver
inline constexpr std::size_t dns_streams = 64;            // TCP connections of one router
inline constexpr std::int64_t dns_answer_ms = 2'000;  // of one of the host's servers, then the next is asked
inline constexpr int dns_tries = 4;

}  // namespace slipway::limits
