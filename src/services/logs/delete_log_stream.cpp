#include "services/logs/lookup.hpp"
#include "services/logs/table.hpp"
#include "wire/gen/logs.hpp"

namespace slipway::services::logs {

Result<wire::Value> delete_log_stream(Call& call) {
  const wire::logs::DeleteLogStreamRequest request(call.input);
  auto group = find_group(call, request.log_group_name());
  if (!group) return pass(group);
  if ((*group)->deletion_protection)
    return fail("ValidationException",
                "The log group is protected from deletion. Disable deletion protection first.");
  auto stream = find_stream(call, **group, request.log_stream_name());
  if (!stream) return pass(stream);
  call.turn.emit(core::DropLogStream{(*stream)->id});
  call.turn.erase(call.turn.state.log_streams, (*stream)->key());
  return wire::Value::object();
}

}  // namespace slipway::services::logs
