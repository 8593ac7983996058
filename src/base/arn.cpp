#include "base/arn.hpp"

namespace slipway {

std::string Arn::text() const {
  return "arn:" + partition + ":" + service + ":" + region + ":" + account + ":" + resource;
}

std::optional<Arn> Arn::parse(std::string_view text) {
  if (!text.starts_with("arn:")) return std::nullopt;
  text.remove_prefix(4);
  Arn arn;
  for (std::string* part : {&arn.partition, &arn.service, &arn.region, &arn.account}) {
    auto colon = text.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    part->assign(text.substr(0, colon));
    text.remove_prefix(colon + 1);
  }
  arn.resource.assign(text);
  if (arn.service.empty() || arn.resource.empty()) return std::nullopt;
  return arn;
}

std::string Realm::arn(std::string_view service, std::string_view resource) const {
  std::string text = "arn:aws:";
  text.append(service).append(":").append(region).append(":").append(account).append(":").append(resource);
  return text;
}

std::string Realm::prefix() const {
  return account + "/" + region + "/";
}

}  // namespace slipway
