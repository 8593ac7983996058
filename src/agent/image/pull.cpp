#include "agent/image/pull.hpp"

#include "agent/image/pull_image.hpp"
#include "base/log.hpp"
#include "http/loop.hpp"

namespace slipway::agent {

struct ImagePuller::Impl {
  using Answer = Result<ResolvedImage>;

  // A pull, and those who wait for it. It ends early when the last of them gives up.
  struct Flight {
    http::Cancel cancel = http::Cancel::make();
    std::vector<http::Completion<Answer>> waiting;
    std::size_t interested = 0;
  };

  PullContext context;
  std::map<std::string, std::shared_ptr<Flight>> flights;

  Impl(ImageStore& store, http::WorkerPool& workers, PullOptions options)
      : context(store, workers, std::move(options)) {}

  static http::Task<void> fly(std::shared_ptr<Impl> self, std::string key, Reference reference,
                              std::optional<RegistryCredentials> credentials) {
    const std::shared_ptr<Flight> flight = self->flights[key];
    Answer answer = co_await pull_anywhere(*self, reference, std::move(credentials), flight->cancel);
    if (self->flights[key] == flight) self->flights.erase(key);  // else a later one has the place
    for (const auto& waiter : flight->waiting) waiter.complete(answer);
  }

  static http::Task<Answer> find(std::shared_ptr<Impl> self, std::string name, PullBehavior behavior,
                                 std::optional<RegistryCredentials> credentials, http::Cancel cancel);

  // From the mirrors and then from where the image is at home.
  static http::Task<Answer> pull_anywhere(Impl& self, Reference reference,
                                          std::optional<RegistryCredentials> given, http::Cancel cancel) {
    const std::vector<Endpoint> places = endpoints_of(reference, self.context.options.registries);
    for (std::size_t i = 0;; ++i) {
      const bool last = i + 1 == places.size();
      Answer answer = co_await pull_from(self, reference, places[i], last, given, cancel);
      if (answer || last || cancel.requested()) co_return answer;
      log::warn(
          "a mirror does not give an image",
          {{"image", reference.canonical()}, {"mirror", places[i].host}, {"reason", answer.error().message}});
    }
  }

  static http::Task<Answer> pull_from(Impl& self, Reference reference, Endpoint place, bool last,
                                      std::optional<RegistryCredentials> given, http::Cancel cancel) {
    auto client = self.context.client(place.ca_file);
    if (!client) co_return fail("CannotPullContainerError", client.error().message);
    std::optional<RegistryCredentials> credentials;
    if (place.named) credentials = std::move(given);
    if (!credentials) credentials = co_await known_credentials(self, place);
    ImagePull pull(self.context, **client, std::move(reference), std::move(place), last,
                   std::move(credentials), std::move(cancel));
    Answer answer = co_await pull.run();
    if (!answer && is_disk_full(answer.error())) co_await give_back(self);
    co_return answer;
  }

  // Layers of a pull that failed stay for the next try; not where they fill the disk. While others pull this
  // is left to the next clean-up.
  static http::Task<void> give_back(Impl& self) {
    auto prune = [&store = self.context.store] { return store.prune(); };
    auto pruned = co_await http::run_blocking(self.context.workers, std::move(prune));
    if (pruned && pruned->freed_bytes > 0)
      log::info("what was pulled of an image that does not fit is gone",
                {{"freed_bytes", pruned->freed_bytes}});
  }

  // Most images are public: a configuration that cannot be read is told, and the image asked for without.
  static http::Task<std::optional<RegistryCredentials>> known_credentials(Impl& self, const Endpoint& place) {
    const std::string& path = self.context.options.docker_config;
    if (path.empty()) co_return std::nullopt;
    auto look = [path, name = place.host == "registry-1.docker.io" ? "docker.io" : place.host] {
      return docker_credentials(path, name);
    };
    auto found = co_await http::run_blocking(self.context.workers, std::move(look));
    if (found) co_return std::move(*found);
    log::warn("credentials are not used", {{"registry", place.host}, {"reason", found.error().message}});
    co_return std::nullopt;
  }

  // Someone whose pull ended with another's giving up starts his own.
  static http::Task<Answer> join(std::shared_ptr<Impl> self, Reference reference,
                                 std::optional<RegistryCredentials> credentials, http::Cancel cancel) {
    std::string key = reference.canonical();
    if (credentials) key += " " + credentials->username + "\n" + credentials->password;
    std::shared_ptr<Flight> flight = self->flights[key];
    if (!flight || flight->cancel.requested()) {
      self->flights[key] = flight = std::make_shared<Flight>();
      http::spawn(http::Loop::current(), fly(self, key, reference, std::move(credentials)));
    }
    http::Completion<Answer> done;
    flight->waiting.push_back(done);
    ++flight->interested;
    std::optional<Answer> answer = co_await done.wait_for(-1, cancel);
    if (--flight->interested == 0 && !answer) flight->cancel.request();
    if (!answer) co_return fail("Cancelled", "The pull was cancelled.", 499);
    co_return std::move(*answer);
  }
};

std::optional<PullBehavior> parse_pull_behavior(std::string_view word) {
  if (word == "default") return PullBehavior::normal;
  if (word == "always") return PullBehavior::always;
  if (word == "once") return PullBehavior::once;
  if (word == "prefer-cached") return PullBehavior::prefer_cached;
  return std::nullopt;
}

ImagePuller::ImagePuller(ImageStore& store, http::WorkerPool& workers, PullOptions options)
    : impl_(std::make_shared<Impl>(store, workers, std::move(options))) {}
ImagePuller::~ImagePuller() = default;

http::Task<Result<ResolvedImage>> ImagePuller::pull(std::string name,
                                                    std::optional<RegistryCredentials> credentials,
                                                    http::Cancel cancel) {
  auto reference = parse_reference(name);
  if (!reference) co_return pass(reference);
  co_return co_await Impl::join(impl_, std::move(*reference), std::move(credentials), std::move(cancel));
}

http::Task<Result<ResolvedImage>> ImagePuller::obtain(std::string name, PullBehavior behavior,
                                                      std::optional<RegistryCredentials> credentials,
                                                      http::Cancel cancel, std::string holder) {
  auto image = co_await Impl::find(impl_, name, behavior, credentials, cancel);
  if (!image || holder.empty()) co_return image;
  // Between finding it and holding it somebody may have removed and pruned it: then once more.
  for (bool again = false;; again = true) {
    auto hold = [&store = impl_->context.store, &image, &holder] { return store.lease(holder, *image); };
    Result<> held = co_await http::run_blocking(impl_->context.workers, std::move(hold));
    if (held) co_return image;
    if (again || held.error().code != "ImageNotFound")
      co_return fail("CannotPullContainerError", held.error().message, 500);
    image = co_await pull(name, credentials, cancel);
    if (!image) co_return image;
  }
}

http::Task<Result<ResolvedImage>> ImagePuller::Impl::find(std::shared_ptr<Impl> self, std::string name,
                                                          PullBehavior behavior,
                                                          std::optional<RegistryCredentials> credentials,
                                                          http::Cancel cancel) {
  ImageStore& store = self->context.store;
  auto reference = parse_reference(name);
  if (!reference) co_return pass(reference);
  struct Local {
    Result<ResolvedImage> image;
    bool imported;
  };
  auto look = [&store, reference = *reference]() -> Local {
    auto record = store.impl().record(reference);
    if (!record) return {std::unexpected(record.error()), false};
    return {store.impl().resolved(*record), record->imported};
  };
  Local local = co_await http::run_blocking(self->context.workers, std::move(look));
  const bool enough = behavior == PullBehavior::prefer_cached || behavior == PullBehavior::once ||
                      (behavior == PullBehavior::normal && (local.imported || !reference->digest.empty()));
  if (local.image && enough) co_return std::move(local.image);
  Result<ResolvedImage> pulled =
      co_await join(self, std::move(*reference), std::move(credentials), std::move(cancel));
  if (pulled || behavior != PullBehavior::normal || !local.image || pulled.error().code == "Cancelled")
    co_return pulled;
  log::warn("image not pulled; the one on this node is used",
            {{"image", local.image->name}, {"reason", pulled.error().message}});
  co_return std::move(local.image);
}

}  // namespace slipway::agent
