#include "base/limits.hpp"
#include "services/logs/lookup.hpp"
#include "services/logs/table.hpp"
#include "services/logs/upkeep.hpp"
#include "wire/gen/logs.hpp"

namespace slipway::services::logs {

// The group goes at once, and one effect drops the events of all its streams. Its streams' rows, which nobody
// can find any more, go as far as fits into a turn; sweep() erases the others.
Result<wire::Value> delete_log_group(Call& call) {
  const wire::logs::DeleteLogGroupRequest request(call.input);
  auto group = find_group(call, request.log_group_name());
  if (!group) return pass(group);
  if ((*group)->deletion_protection)
    return fail("ValidationException",
                "The log group is protected from deletion. Disable deletion protection first.");
  const std::string streams = (*group)->streams_prefix();
  call.turn.emit(core::DropLogStream{(*group)->id});
  call.turn.erase(call.turn.state.log_groups, (*group)->key());
  erase_streams(call.turn, streams, limits::log_sweep_rows);
  return wire::Value::object();
}

}  // namespace slipway::services::logs
