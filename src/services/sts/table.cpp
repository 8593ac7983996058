#include "services/sts/table.hpp"

#include "services/sts/asks.hpp"
#include "wire/gen/sts.hpp"

namespace slipway::services::sts {

const ServiceTable& table() {
  namespace op = wire::sts::operations;
  static const Route routes[] = {
      {&op::AssumeRole, Access::read, assume_role},
      {&op::GetCallerIdentity, Access::read, get_caller_identity},
      {&op::GetSessionToken, Access::read, get_session_token},
  };
  static const ServiceTable service{&wire::sts::service, routes, /*generic_validation=*/true, asks()};
  return service;
}

}  // namespace slipway::services::sts
