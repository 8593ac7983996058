#include "services/common/dispatch.hpp"

#include <algorithm>

#include "services/common/authorize.hpp"
#include "services/common/error_style.hpp"
#include "wire/validate.hpp"

namespace slipway::services {
namespace {

const wire::Service* service_of(const wire::Hint& hint, const auth::AuthResult<auth::Claim>& claim) {
  if (!hint.target_prefix.empty())
    if (const auto* service = wire::service_by_target_prefix(hint.target_prefix)) return service;
  if (claim) return wire::service_by_signing_name(claim->credential.service, hint.operation);
  return nullptr;
}

std::string user_agent_of(const wire::HttpRequestParts& request) {
  static constexpr std::string_view name = "user-agent";
  auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; };
  for (const auto& header : request.headers)
    if (std::ranges::equal(header.name, name, {}, lower)) return header.value;
  return {};
}

}  // namespace

Dispatcher::Dispatcher(std::span<const ServiceTable> tables, const auth::KeyRing& keys,
                       const Environment& environment)
    : tables_(tables), keys_(keys), environment_(environment) {
  for (const ServiceTable& table : tables_)
    for (const wire::Operation& operation : table.service->operations)
      check(std::ranges::find(table.routes, &operation, &Route::operation) != table.routes.end(),
            "an operation of models/*.ops has no function in its service's table");
}

const ServiceTable* Dispatcher::table_of(const wire::Service* service) const {
  auto it = std::ranges::find(tables_, service, &ServiceTable::service);
  return it == tables_.end() ? nullptr : &*it;
}

std::expected<Prepared, wire::HttpResponseParts> Dispatcher::prepare(const wire::HttpRequestParts& request,
                                                                     bool tls, Instant now,
                                                                     std::string request_id,
                                                                     std::string_view source_ip) const {
  std::vector<auth::Header> headers;
  headers.reserve(request.headers.size());
  for (const auto& header : request.headers) headers.push_back({header.name, header.value});
  const auth::SignedRequest signed_request{.method = request.method,
                                           .path = request.path,
                                           .query = request.query,
                                           .headers = headers,
                                           .body = request.body,
                                           .payload_sha256 = {},
                                           .unsigned_payload_allowed = tls};
  const wire::Hint hint = wire::hint(request);
  const auto claim = auth::parse_claim(signed_request);
  const wire::Service* service = service_of(hint, claim);

  auto refuse = [&](const Error& error) {
    return std::unexpected(service ? wire::write_error(*service, error, request_id)
                                   : wire::write_error(hint, error, request_id));
  };
  auto refuse_unsigned = [&](const auth::AuthError& error) {
    return refuse(auth::render(error, error_style(service ? service->protocol : hint.protocol)));
  };

  if (!claim) return refuse_unsigned(claim.error());
  auto caller = auth::authenticate(*keys_.current(), signed_request, *claim, now);
  if (!caller) return refuse_unsigned(caller.error());

  const ServiceTable* table = service ? table_of(service) : nullptr;
  if (!table)
    return refuse({"UnknownOperationException",
                   "Slipway does not serve " + std::string(claim->credential.service) + ".", 400});
  auto operation = wire::route(*service, request);
  if (!operation) return refuse(operation.error());
  auto route = std::ranges::find(table->routes, *operation, &Route::operation);

  auto input = wire::parse_request(*service, **operation, request);
  if (!input) return refuse(input.error());
  if (table->generic_validation && (*operation)->input)
    if (auto valid = wire::validate(*(*operation)->input, *input, service->validation_code); !valid)
      return refuse(valid.error());

  Realm realm{caller->account, std::string(claim->credential.region)};
  return Prepared{table,
                  &*route,
                  std::move(*caller),
                  std::move(realm),
                  std::move(*input),
                  std::move(request_id),
                  tls,
                  std::string(source_ip),
                  user_agent_of(request)};
}

Result<wire::Value> Dispatcher::step(core::Turn& turn, const Prepared& prepared) const {
  const wire::Operation& operation = *prepared.route->operation;
  Call call{turn,           environment_, prepared.caller,    prepared.realm,     operation,
            prepared.input, prepared.tls, prepared.source_ip, prepared.user_agent};
  if (auto allowed = authorize(call, *prepared.table); !allowed) return pass(allowed);
  return prepared.route->step(call);
}

wire::HttpResponseParts Dispatcher::answer(const Prepared& prepared, const Result<wire::Value>& output) {
  const wire::Service& service = *prepared.table->service;
  if (!output) return wire::write_error(service, output.error(), prepared.request_id);
  return wire::write_response(service, *prepared.route->operation, *output, prepared.request_id);
}

}  // namespace slipway::services
