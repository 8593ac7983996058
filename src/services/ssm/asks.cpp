#include "services/ssm/asks.hpp"

#include <set>

#include "base/limits.hpp"
#include "services/common/kms_key.hpp"
#include "services/ssm/filters.hpp"
#include "services/ssm/value.hpp"

namespace slipway::services::ssm {
namespace {

using namespace wire::ssm;
namespace ops = wire::ssm::operations;

std::string arn_of(const Call& call, std::string_view name) {
  core::ssm::Parameter parameter;
  parameter.realm = call.realm;
  parameter.name = name;
  return name.starts_with("arn:") ? parameter.name : parameter.arn();
}

// A parameter by name or ARN, with or without a selector. What is there is judged by its own ARN.
void on_parameter(const Call& call, std::string_view asked, Asks& out) {
  const std::string_view name = without_selector(asked);
  if (const auto found = find_parameter(call, name))
    out.on((*found)->arn(), &(*found)->tags);
  else
    out.on(arn_of(call, name));
}

const core::kms::Key* key_of(const Call& call, const ParameterVersion& version) {
  if (version.type != "SecureString") return nullptr;
  const auto key = kms_key_of(call, version.value_sealed);
  return key ? *key : nullptr;
}

// Leave to decrypt, of whoever wants a SecureString in clear.
void ask_decrypt(const Call& call, std::string_view asked, Asks& out) {
  const auto selected = select(call, asked);
  if (!selected) return;
  const std::string arn = selected->parameter->arn();
  ask_for_key(call, out, "kms:Decrypt", key_of(call, *selected->version), "ssm", {{"PARAMETER_ARN", arn}});
}

template <class Request>
void of_name(const Call& call, Asks& out) {
  on_parameter(call, Request(call.input).name(), out);
}

void get_parameter(const Call& call, Asks& out) {
  const GetParameterRequest request(call.input);
  on_parameter(call, request.name(), out);
  if (request.with_decryption()) ask_decrypt(call, request.name(), out);
}

void get_parameters(const Call& call, Asks& out) {
  const GetParametersRequest request(call.input);
  for (const std::string_view name : request.names()) {
    on_parameter(call, name, out);
    if (request.with_decryption()) ask_decrypt(call, name, out);
  }
}

// Every key that seals something under the path, each once.
void ask_decrypt_under(const Call& call, std::string_view path, bool recursive, Asks& out) {
  std::set<const core::kms::Key*> keys;
  const std::string prefix = core::ssm::Parameter::key_of(call.realm, path == "/" ? "" : path);
  std::size_t visited = 0;
  call.turn.state.parameters.scan(prefix, "", [&](const Parameter& parameter) {
    if (is_under(parameter.name, path, recursive))
      for (const ParameterVersion* version : versions_of(call, parameter))
        if (const auto* key = key_of(call, *version)) keys.insert(key);
    return ++visited < limits::ssm_parameters_visited;
  });
  for (const auto* key : keys) ask_for_key(call, out, "kms:Decrypt", key, "ssm", {});
}

void get_parameters_by_path(const Call& call, Asks& out) {
  const GetParametersByPathRequest request(call.input);
  out.on(arn_of(call, request.path()));
  out.key("ssm:recursive", request.recursive() ? "true" : "false");
  if (request.with_decryption()) ask_decrypt_under(call, request.path(), request.recursive(), out);
}

void get_parameter_history(const Call& call, Asks& out) {
  const GetParameterHistoryRequest request(call.input);
  on_parameter(call, request.name(), out);
  const auto parameter = find_parameter(call, request.name());
  if (!request.with_decryption() || !parameter) return;
  std::set<const core::kms::Key*> keys;
  for (const ParameterVersion* version : versions_of(call, **parameter))
    if (const auto* key = key_of(call, *version)) keys.insert(key);
  for (const auto* key : keys)
    ask_for_key(call, out, "kms:Decrypt", key, "ssm", {{"PARAMETER_ARN", (*parameter)->arn()}});
}

// An advanced parameter's value is sealed with a data key on AWS, a standard one's with the key itself.
void put_parameter(const Call& call, Asks& out) {
  const PutParameterRequest request(call.input);
  on_parameter(call, request.name(), out);
  const std::string resource = out.asks.front().resource;
  out.key("ssm:overwrite", request.overwrite() ? "true" : "false");
  if (!request.tags().empty()) {
    for (const auto tag : request.tags()) out.request_tag(tag.key(), tag.value());
    out.also("ssm:AddTagsToResource", resource);
  }
  if (!request.has_key_id()) return;
  const bool advanced =
      request.tier() == "Advanced" || request.value().size() > limits::ssm_standard_value_bytes;
  ask_for_key(call, out, advanced ? "kms:GenerateDataKey" : "kms:Encrypt",
              kms_key_named(call, request.key_id()), "ssm", {{"PARAMETER_ARN", resource}});
}

void delete_parameters(const Call& call, Asks& out) {
  for (const std::string_view name : DeleteParametersRequest(call.input).names()) on_parameter(call, name, out);
}

void add_tags(const Call& call, Asks& out) {
  const AddTagsToResourceRequest request(call.input);
  on_parameter(call, request.resource_id(), out);
  for (const auto tag : request.tags()) out.request_tag(tag.key(), tag.value());
}
void remove_tags(const Call& call, Asks& out) {
  const RemoveTagsFromResourceRequest request(call.input);
  on_parameter(call, request.resource_id(), out);
  for (const std::string_view key : request.tag_keys()) out.tag_keys.emplace_back(key);
}
void list_tags(const Call& call, Asks& out) {
  on_parameter(call, ListTagsForResourceRequest(call.input).resource_id(), out);
}

}  // namespace

std::span<const AskEntry> asks() {
  constexpr bool more = false;
  static const AskEntry entries[] = {
      {&ops::AddTagsToResource, add_tags},
      {&ops::DeleteParameter, of_name<DeleteParameterRequest>},
      {&ops::DeleteParameters, delete_parameters},
      {&ops::GetParameter, get_parameter, more},
      {&ops::GetParameterHistory, get_parameter_history, more},
      {&ops::GetParameters, get_parameters, more},
      {&ops::GetParametersByPath, get_parameters_by_path, more},
      {&ops::LabelParameterVersion, of_name<LabelParameterVersionRequest>},
      {&ops::ListTagsForResource, list_tags},
      {&ops::PutParameter, put_parameter, more},
      {&ops::RemoveTagsFromResource, remove_tags},
      {&ops::UnlabelParameterVersion, of_name<UnlabelParameterVersionRequest>},
  };
  return entries;
}

}  // namespace slipway::services::ssm
