#pragma once

#include <span>
#include <string>

#include "base/result.hpp"

namespace slipway::runtime {

// The rules of seccomp.hpp as the program that the kernel runs (seccomp(2), classic BPF), byte for byte what
// crun would make of the same rules. Takes some 15 ms: keep it.
Result<std::string> compile_seccomp(std::span<const std::string> capabilities, const std::string& machine);

}  // namespace slipway::runtime
