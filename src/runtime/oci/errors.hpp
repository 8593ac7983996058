#pragma once

#include <string>

#include "base/result.hpp"
#include "runtime/container.hpp"

namespace slipway::runtime {

// What crun wrote to its log, in the words in which Docker tells it and ECS passes it on (stoppedReason):
// Error "CannotStartContainerError" or, where the container could not even be set up,
// "CannotCreateContainerError".
Error translate_runtime_error(const std::string& crun_log, const ContainerSpec&);

}  // namespace slipway::runtime
