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
    ImagePull pull(self->context, reference, std::move(credentials), flight->cancel);
    Answer answer = co_await pull.run();
    if (self->flights[key] == flight) self->flights.erase(key);  // else a later one has the place
    for (const auto& waiter : flight->waiting) waiter.complete(answer);
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
                                                      http::Cancel cancel) {
  ImageStore& store = impl_->context.store;
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
  Local local = co_await http::run_blocking(impl_->context.workers, std::move(look));
  const bool enough = behavior == PullBehavior::prefer_cached ||
                      (behavior == PullBehavior::normal && (local.imported || !reference->digest.empty()));
  if (local.image && enough) co_return std::move(local.image);
  Result<ResolvedImage> pulled = co_await pull(name, std::move(credentials), std::move(cancel));
  if (pulled || behavior != PullBehavior::normal || !local.image || pulled.error().code == "Cancelled")
    co_return pulled;
  log::warn("image not pulled; the one on this node is used",
            {{"image", local.image->name}, {"reason", pulled.error().message}});
  co_return std::move(local.image);
}

}  // namespace slipway::agent
