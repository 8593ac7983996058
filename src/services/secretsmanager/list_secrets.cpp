#include "services/secretsmanager/listing.hpp"
#include "services/secretsmanager/page.hpp"
#include "services/secretsmanager/table.hpp"
#include "services/secretsmanager/views.hpp"
#include "wire/json_text.hpp"

namespace slipway::services::secretsmanager {

Result<wire::Value> list_secrets(Call& call) {
  const wire::secretsmanager::ListSecretsRequest request(call.input);
  Order order;
  if (request.has_sort_by()) order.by = request.sort_by();
  order.descending = request.sort_order() == "desc";
  const std::string question = call.realm.prefix() + "ListSecrets" + order.by +
                               (order.descending ? " desc " : " asc ") +
                               (request.include_planned_deletion() ? "all" : "living") +
                               wire::write_json(request.filters().raw());
  auto page = Page::open(request, question, 100);
  if (!page) return pass(page);
  const auto filters = request.filters();
  const auto found = next_secrets(call, order, page->after, page->size, [&](const Secret& secret) {
    return (!secret.deleted() || request.include_planned_deletion()) && passes(secret, filters);
  });
  wire::secretsmanager::ListSecretsResponse response;
  response.set_secret_list({});
  for (std::size_t i = 0; i < std::min(found.size(), page->size); ++i) {
    wire::secretsmanager::SecretListEntry entry;
    describe(entry, *found[i].secret);
    auto stages = stages_view(call.turn.state, *found[i].secret);
    if (!stages.empty()) entry.set_secret_versions_to_stages(std::move(stages));
    response.add_secret_list(std::move(entry));
  }
  if (found.size() > page->size)
    response.set_next_token(page_token(found[page->size - 1].position, question));
  return std::move(response).raw();
}

}  // namespace slipway::services::secretsmanager
