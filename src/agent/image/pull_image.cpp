#include "agent/image/pull_image.hpp"

#include <algorithm>

#include "agent/image/sha256.hpp"
#include "base/limits.hpp"
#include "http/loop.hpp"

namespace slipway::agent {
namespace {

constexpr const char* manifest_types =
    "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, "
    "application/vnd.docker.distribution.manifest.list.v2+json, "
    "application/vnd.docker.distribution.manifest.v2+json";

}  // namespace

Result<http::Client*> PullContext::client(const std::string& ca_file) {
  std::unique_ptr<http::Client>& known = clients[ca_file];
  if (!known) {
    http::ClientOptions with_ca = options.client;
    if (!ca_file.empty()) {
      auto tls = http::Tls::client(ca_file);
      if (!tls) return pass(tls);
      with_ca.tls = std::move(*tls);
    }
    known = std::make_unique<http::Client>(std::move(with_ca));
  }
  return known.get();
}

ImagePull::ImagePull(PullContext& context, http::Client& client, Reference reference, Endpoint endpoint,
                     bool last, std::optional<RegistryCredentials> credentials, http::Cancel cancel)
    : context_(context),
      store_(context.store.impl()),
      reference_(std::move(reference)),
      last_(last),
      cancel_(std::move(cancel)),
      registry_(client, context.tokens, std::move(endpoint), std::move(credentials), cancel_) {}

// As ECS words it, and it says one retry where there was none.
std::unexpected<Error> ImagePull::refuse(std::string what) {
  if (cancel_.requested()) return fail("Cancelled", "The pull was cancelled.", 499);
  return fail("CannotPullContainerError", std::string(phase_) + " has been retried " +
                                              std::to_string(std::max(retries_, 1)) + " time(s): " + what);
}

http::Task<bool> ImagePull::pause(int tries, const Result<Registry::Answer>& answer) {
  const int most = last_ ? limits::pull_tries : 1;
  if (!Registry::passing(answer) || tries >= most || cancel_.requested()) co_return false;
  ++retries_;
  co_return co_await http::Loop::current().sleep(context_.options.retry_delay_ms << (tries - 1), cancel_);
}

http::Task<Result<Registry::Answer>> ImagePull::get(std::string object, http::Headers headers) {
  for (int tries = 1;; ++tries) {
    Result<Registry::Answer> answer = co_await registry_.get(object, headers);
    if (!co_await pause(tries, answer)) co_return answer;
  }
}

http::Task<Result<FileLock>> ImagePull::locked(std::function<Result<FileLock>()> take) {
  for (;;) {
    Result<FileLock> lock = take();
    if (lock || lock.error().code != "ImageStoreBusy") co_return lock;
    if (!co_await http::Loop::current().sleep(50, cancel_))
      co_return fail("Cancelled", "The pull was cancelled.", 499);
  }
}

http::Task<Result<ImagePull::Document>> ImagePull::manifest(std::string object) {
  const std::string name = reference_.canonical();
  http::Headers headers{{"Accept", manifest_types}};
  Result<Registry::Answer> answer = co_await get("manifests/" + object, std::move(headers));
  if (answer && answer->response.status == 404)
    co_return refuse("failed to resolve ref " + name + ": " + name + ": not found");
  if (!answer || answer->response.status != 200)
    co_return refuse("failed to resolve ref " + name + ": " + Registry::words(answer));
  Document out{std::move(answer->response.body), ""};
  out.digest = digest_of(out.text);
  if (is_digest(object) && object != out.digest)
    co_return refuse("failed to resolve ref " + name + ": unexpected digest " + out.digest + ", expected " +
                     object);
  co_return out;
}

// The manifest for this machine: what the name stands for, or the entry of an index.
http::Task<Result<ImagePull::Document>> ImagePull::platform_manifest() {
  std::string object = reference_.object();
  for (int depth = 0; depth <= limits::image_index_depth + 1; ++depth) {
    auto document = co_await manifest(object);
    if (!document) co_return document;
    auto parsed = parse_manifest(document->text);
    if (!parsed) co_return refuse(parsed.error().message);
    const auto* index = std::get_if<Index>(&*parsed);
    if (!index) co_return document;
    const Platform& wanted = context_.options.platform;
    const Descriptor* chosen = choose(*index, wanted);
    if (!chosen)
      co_return refuse("image Manifest does not contain descriptor matching platform '" + wanted.os + "/" +
                       wanted.architecture + "' (it has " + platforms_of(*index) + ")");
    object = chosen->digest;
  }
  co_return refuse("the image's indexes are nested too deep");
}

http::Task<Result<ImagePull::Document>> ImagePull::config(Descriptor descriptor) {
  Result<Registry::Answer> answer = co_await get("blobs/" + descriptor.digest, {});
  if (!answer || answer->response.status != 200)
    co_return refuse("failed to copy: " + Registry::words(answer));
  Document out{std::move(answer->response.body), ""};
  out.digest = digest_of(out.text);
  if (out.digest != descriptor.digest)
    co_return refuse("failed to copy: unexpected commit digest " + out.digest + ", expected " +
                     descriptor.digest + ": failed precondition");
  co_return out;
}

http::Task<Result<ResolvedImage>> ImagePull::run() {
  auto take = [this] { return store_.adding(false); };
  auto adding = co_await locked(take);
  if (!adding) co_return pass(adding);
  auto document = co_await platform_manifest();
  if (!document) co_return pass(document);
  phase_ = "ref pull";
  retries_ = 0;
  auto parsed = parse_manifest(document->text);
  const Manifest manifest = std::get<Manifest>(*parsed);
  auto text = co_await config(manifest.config);
  if (!text) co_return pass(text);
  auto config = parse_config(text->text);
  if (!config) co_return refuse(config.error().message);
  if (auto fits = store_.check_platform(config->config); !fits) {
    phase_ = "pull image manifest";
    co_return refuse(fits.error().message);
  }
  if (config->diff_ids.size() != manifest.layers.size())
    co_return refuse("mismatched image rootfs and manifest layers");
  auto fetched = co_await layers(manifest.layers, config->diff_ids);
  if (!fetched) co_return pass(fetched);

  auto finish = [&]() -> Result<ResolvedImage> {
    if (auto put = store_.put_blob(text->digest, text->text); !put) return pass(put);
    if (auto put = store_.put_blob(document->digest, document->text); !put) return pass(put);
    if (auto put = store_.put_name(reference_, document->digest, text->digest, false); !put) return pass(put);
    return store_.resolved({reference_.canonical(), document->digest, text->digest, {}, false});
  };
  Result<ResolvedImage> image = co_await http::run_blocking(context_.workers, std::move(finish));
  if (!image) co_return refuse("failed to register image: " + image.error().message);
  co_return image;
}

}  // namespace slipway::agent
