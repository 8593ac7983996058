#include "sim/api.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "services/ec2/table.hpp"
#include "services/ecs/table.hpp"
#include "services/iam/table.hpp"
#include "services/kms/table.hpp"
#include "services/logs/table.hpp"
#include "services/secretsmanager/table.hpp"
#include "services/ssm/table.hpp"
#include "services/sts/table.hpp"
#include "wire/validate.hpp"

namespace slipway::sim {
namespace {

const services::ServiceTable& table_of(std::string_view service) {
  for (const auto& table : service_tables())
    if (table.service->id == service) return table;
  crash("the simulator calls a service that is not served");
}

}  // namespace

std::span<const services::ServiceTable> service_tables() {
  static const services::ServiceTable tables[] = {services::ecs::table(), services::logs::table(),
                                                  services::iam::table(), services::sts::table(),
                                                  services::ec2::table(), services::kms::table(),
                                                  services::ssm::table(), services::secretsmanager::table()};
  return tables;
}

ApiCall make_call(const auth::Principal& caller, const std::string& region, std::string_view service,
                  std::string_view operation, const wire::Value& input) {
  const auto& table = table_of(service);
  const wire::Operation* found = table.service->operation(operation);
  check(found != nullptr, "the simulator calls an operation that is not served");
  return {caller, region, &table, std::string(operation), wire::write_request(*table.service, *found, input)};
}

ApiCall make_json_call(const auth::Principal& caller, const std::string& region, std::string_view service,
                       std::string_view operation, std::string body) {
  const auto& table = table_of(service);
  ApiCall call{caller, region, &table, std::string(operation), {}};
  call.request.headers = {
      {"X-Amz-Target", std::string(table.service->target_prefix) + "." + std::string(operation)},
      {"Content-Type", "application/x-amz-json-1.1"}};
  call.request.body = std::move(body);
  return call;
}

Result<services::Prepared> prepare(const ApiCall& call) {
  const wire::Service& service = *call.table->service;
  auto operation = wire::route(service, call.request);
  if (!operation) return pass(operation);
  auto input = wire::parse_request(service, **operation, call.request);
  if (!input) return pass(input);
  if (call.table->generic_validation && (*operation)->input)
    if (auto valid = wire::validate(*(*operation)->input, *input, service.validation_code); !valid)
      return pass(valid);
  auto route = std::ranges::find(call.table->routes, *operation, &services::Route::operation);
  check(route != call.table->routes.end(), "an operation has no route");
  return services::Prepared{call.table,        &*route,  call.caller, {call.caller.account, call.region},
                            std::move(*input), "request"};
}

Result<> CallEvent::step(core::Turn& turn) {
  output_ = dispatcher_.step(turn, call_);
  if (stepped_) stepped_(call_, output_);
  if (!output_) return std::unexpected(output_.error());
  return {};
}

}  // namespace slipway::sim
