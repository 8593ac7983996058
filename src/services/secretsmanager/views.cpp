#include "services/secretsmanager/views.hpp"

namespace slipway::services::secretsmanager {

wire::ListOf<std::string_view> stages_view(const SecretVersion& version) {
  wire::ListOf<std::string_view> stages;
  for (const std::string& stage : version.stages) stages.push_back(stage);
  return stages;
}

wire::MapOf<wire::ListOf<std::string_view>> stages_view(const core::State& state, const Secret& secret) {
  wire::MapOf<wire::ListOf<std::string_view>> out;
  for (const SecretVersion* version : versions_of(state, secret))
    if (!version->stages.empty()) out.set(version->id, stages_view(*version));
  return out;
}

}  // namespace slipway::services::secretsmanager
