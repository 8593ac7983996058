#include "base/limits.hpp"
#include "services/logs/lookup.hpp"
#include "services/logs/table.hpp"
#include "wire/gen/logs.hpp"

namespace slipway::services::logs {

Result<wire::Value> create_log_stream(Call& call) {
  const wire::logs::CreateLogStreamRequest request(call.input);
  if (auto valid = check_stream_name(request.log_stream_name()); !valid) return pass(valid);
  auto group = find_group(call, request.log_group_name());
  if (!group) return pass(group);
  auto& streams = call.turn.state.log_streams;
  core::logs::LogStream stream{.realm = call.realm,
                               .group_id = (*group)->id,
                               .name = std::string(request.log_stream_name()),
                               .id = (*group)->id + "/" + random_hex(call.turn.random, 16),
                               .created_at = call.now()};
  if (streams.find(stream.key()))
    return fail("ResourceAlreadyExistsException", "The specified log stream already exists");
  if (streams.size() >= limits::log_streams)
    return fail("LimitExceededException", "Resource limit exceeded.");
  call.turn.put(streams, std::move(stream));
  return wire::Value::object();
}

}  // namespace slipway::services::logs
