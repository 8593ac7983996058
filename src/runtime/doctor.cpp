#include "runtime/linux_host.hpp"
namespace slipway::runtime {
std::vector<Check> doctor(const LinuxHostOptions&) {
  return {};
}
}  // namespace slipway::runtime
