#pragma once

#include "services/common/call.hpp"

namespace slipway::services::ecs {

// One task of a PayloadMessage, as the stock agent takes it (agent-wire.md §5.3, §5.4): overrides merged,
// Docker settings computed, role sessions made. What only our agent needs stands under "slipway", which a
// stock one ignores.
wire::Value payload_task(core::Turn& turn, const Environment& environment, const core::ecs::Task& task);

// A session of the task's role ("TaskApplication") or execution role ("TaskExecution"); absent when there is
// none.
wire::Value task_credentials(core::Turn& turn, const Environment& environment, const core::ecs::Task& task,
                             std::string_view role_type);

}  // namespace slipway::services::ecs
