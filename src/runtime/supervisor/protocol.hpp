#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "runtime/container.hpp"

// How the supervisor is spoken to: a unix SOCK_SEQPACKET socket (<run_dir>/supervisor.sock, mode 0600, peers
// of our own uid only). One datagram is one message: fields, each a 4-byte little-endian length and its
// bytes. Fields are only ever added at the end, and unknown ones are passed over: each side may be a release
// older than the other.
//
//   asked                             answered
//   number, "hello", version          number, "ok", version, pid of the supervisor   (once no start is under
//   way) number, "run", id                 number, "ok", pid, started_ns  (<node_dir>/containers/<id> is
//   ready) number, "signal", id, signal      number, "ok"                   (also when it has exited) number,
//   "get", id                 number, "ok", 9 fields number, "list", after             number, "ok", then 9
//   fields a container (append_status), in order of ids number, "remove", id              number, "ok"
//   (exited ones; its directory is the caller's) number, "subscribe"               number, "ok"; from now on
//   events: 0, "exited", 9 fields; 0, "probed", id, task id, exit code, timed out, output
//   number, "probe", id, timeout_ms         number, "ok"  (begun) number, "shutdown"                number, "ok"; refused while a container
//   runs number, "upgrade", path, argument number, "ok" from the new program
//
// Anything may be answered by: number, "error", code, message.
namespace slipway::runtime {

inline constexpr int supervisor_protocol_version = 1;
inline constexpr std::size_t status_fields = 9;
inline constexpr std::size_t list_page = 128;  // containers in one answer to "list"

using Message = std::vector<std::string>;

std::string encode_message(const Message&);
// Nothing for bytes that are no message.
std::optional<Message> decode_message(std::string_view);

void append_status(Message&, const ContainerStatus&);
// From `at` on; nothing where fields are missing or malformed.
std::optional<ContainerStatus> status_from(const Message&, std::size_t at);

std::optional<std::int64_t> parse_number(std::string_view);

}  // namespace slipway::runtime
