#include "agent/image/manifest.hpp"

#include "agent/image/docker_config.hpp"
#include "agent/image/leases.hpp"

#include "fuzz.hpp"

// The JSON documents of an image: manifests, indexes, configurations, docker save's list, credential helpers'
// answers and our own records.
using namespace slipway;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  if (auto manifest = agent::parse_manifest(text))
    if (auto* index = std::get_if<agent::Index>(&*manifest)) {
      (void)agent::choose(*index, {"linux", "arm64", "v8"});
      (void)agent::platforms_of(*index);
    }
  (void)agent::parse_config(text);
  (void)agent::parse_saved_images(text);
  (void)agent::parse_layer_record(text);
  (void)agent::parse_helper_answer(text);
  if (auto lease = agent::parse_lease(text)) {
    const auto again = agent::parse_lease(agent::format_lease(*lease));
    fuzz::expect(again && *again == *lease);
  }
  if (auto record = agent::parse_name_record(text)) {
    const auto again = agent::parse_name_record(agent::format_name_record(*record));
    fuzz::expect(again && again->name == record->name && again->manifest_digest == record->manifest_digest);
  }
  return 0;
}
