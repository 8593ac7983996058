#include "services/secretsmanager/page.hpp"
#include "services/secretsmanager/table.hpp"
#include "services/secretsmanager/views.hpp"

namespace slipway::services::secretsmanager {

// A version without stages is deprecated: told only to who asks for it.
Result<wire::Value> list_secret_version_ids(Call& call) {
  const wire::secretsmanager::ListSecretVersionIdsRequest request(call.input);
  auto secret = find_secret(call, request.secret_id());
  if (!secret) return pass(secret);
  const std::string question = (*secret)->key() + "/ListSecretVersionIds" +
                               (request.include_deprecated() ? "/deprecated" : "");
  auto page = Page::open(request, question, 100);
  if (!page) return pass(page);
  wire::secretsmanager::ListSecretVersionIdsResponse response;
  response.set_versions({}).set_arn((*secret)->arn()).set_name((*secret)->name);
  std::string last;
  for (const SecretVersion* version : versions_of(call.turn.state, **secret)) {
    if (version->id <= page->after) continue;
    if (version->stages.empty() && !request.include_deprecated()) continue;
    if (page->size-- == 0) {
      response.set_next_token(page_token(last, question));
      break;
    }
    last = version->id;
    wire::secretsmanager::SecretVersionsListEntry entry;
    entry.set_version_id(version->id)
        .set_created_date(version->created_at)
        .add_kms_key_ids((*secret)->kms_key_id.empty() ? "DefaultEncryptionKey" : version->kms_key_arn);
    if (!version->stages.empty()) entry.set_version_stages(stages_view(*version));
    if (version->accessed_on) entry.set_last_accessed_date(version->accessed_on);
    response.add_versions(std::move(entry));
  }
  return std::move(response).raw();
}

}  // namespace slipway::services::secretsmanager
