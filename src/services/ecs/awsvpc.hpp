#pragma once

#include "core/state.hpp"
#include "services/ecs/errors.hpp"
#include "wire/gen/ecs.hpp"

// The network configuration of RunTask, StartTask and whatever else runs tasks (API reference,
// AwsVpcConfiguration).
namespace slipway::services::ecs {

// Its form: how many subnets and groups, and assignPublicIp's words.
Result<> check_form(const wire::ecs::AwsVpcConfiguration&);

// Its place: every subnet and group is there, and all of them in one VPC. One that no task happens to use is
// refused like the others, so that a mistake does not wait for its turn.
Result<> check_place(const core::State&, const Realm&, const wire::ecs::AwsVpcConfiguration&);

}  // namespace slipway::services::ecs
