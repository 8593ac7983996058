#include "services/secretsmanager/listing.hpp"
#include "services/secretsmanager/page.hpp"
#include "services/secretsmanager/show_value.hpp"
#include "services/secretsmanager/table.hpp"
#include "wire/json_text.hpp"

namespace slipway::services::secretsmanager {
namespace {

using Request = wire::secretsmanager::BatchGetSecretValueRequest;
using Response = wire::secretsmanager::BatchGetSecretValueResponse;

void tell(Response& response, std::string_view id, const Error& error) {
  response.add_errors(wire::secretsmanager::APIErrorType()
                          .set_secret_id(id)
                          .set_error_code(error.code)
                          .set_message(error.message));
}

// What is wrong with one secret does not spoil the others.
void show(Call& call, const Secret& secret, std::string_view id, Response& response) {
  auto version = choose_version(call, secret, {}, {});
  if (!version) return tell(response, id, version.error());
  wire::secretsmanager::SecretValueEntry entry;
  if (auto shown = show_value(call, secret, **version, entry); !shown)
    return tell(response, id, shown.error());
  response.add_secret_values(std::move(entry));
}

Result<> list(Call& call, const Request& request, Response& response) {
  const auto filters = request.filters();
  const std::string question =
      call.realm.prefix() + "BatchGetSecretValue" + wire::write_json(filters.raw());
  auto page = Page::open(request, question, 20);
  if (!page) return pass(page);
  const auto found = next_secrets(call, Order{}, page->after, page->size, [&](const Secret& secret) {
    return !secret.deleted() && passes(secret, filters);
  });
  for (std::size_t i = 0; i < std::min(found.size(), page->size); ++i)
    show(call, *found[i].secret, found[i].secret->arn(), response);
  if (found.size() > page->size)
    response.set_next_token(page_token(found[page->size - 1].position, question));
  return {};
}

}  // namespace

Result<wire::Value> batch_get_secret_value(Call& call) {
  const Request request(call.input);
  if (request.has_secret_id_list() == request.has_filters())
    return invalid("Either SecretIdList or Filters must be given, and not both.");
  Response response;
  response.set_secret_values({}).set_errors({});
  if (request.has_filters()) {
    if (auto listed = list(call, request, response); !listed) return pass(listed);
    return std::move(response).raw();
  }
  if (request.has_max_results() || request.has_next_token())
    return invalid("MaxResults and NextToken are for Filters only.");
  for (const std::string_view id : request.secret_id_list()) {
    auto secret = find_living_secret(call, id);
    if (secret)
      show(call, **secret, id, response);
    else
      tell(response, id, secret.error());
  }
  return std::move(response).raw();
}

}  // namespace slipway::services::secretsmanager
