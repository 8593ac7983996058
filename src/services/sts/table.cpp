#include "services/sts/table.hpp"

#include "wire/gen/sts.hpp"

namespace slipway::services::sts {

const ServiceTable& table() {
  namespace op = wire::sts::operations;
  static const Route routes[] = {
      {&op::GetCallerIdentity, Access::read, get_caller_identity},
  };
  static const ServiceTable service{&wire::sts::service, routes};
  return service;
}

}  // namespace slipway::services::sts
