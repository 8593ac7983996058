#include "agent/image_source.hpp"

#include <utility>

namespace slipway::agent {

namespace {

class PullerSource final : public ImageSource {
 public:
  PullerSource(ImagePuller& puller, ImageStore& store, http::WorkerPool& workers, PullBehavior behavior)
      : puller_(puller), store_(store), workers_(workers), behavior_(behavior) {}

  http::Task<Result<ResolvedImage>> obtain(std::string name, std::optional<RegistryCredentials> credentials,
                                           std::string holder, http::Cancel cancel) override {
    return puller_.obtain(std::move(name), behavior_, std::move(credentials), std::move(cancel),
                          std::move(holder));
  }

  http::Task<void> release(std::string holder) override {
    auto drop = [this, holder] { (void)store_.release(holder); };
    co_await http::run_blocking(workers_, std::move(drop));
  }

  http::Task<void> keep(std::vector<std::string> holders) override {
    auto drop = [this, holders] { (void)store_.keep_leases(holders); };
    co_await http::run_blocking(workers_, std::move(drop));
  }

 private:
  ImagePuller& puller_;
  ImageStore& store_;
  http::WorkerPool& workers_;
  PullBehavior behavior_;
};

}  // namespace

std::unique_ptr<ImageSource> puller_source(ImagePuller& puller, ImageStore& store, http::WorkerPool& workers,
                                           PullBehavior behavior) {
  return std::make_unique<PullerSource>(puller, store, workers, behavior);
}

}  // namespace slipway::agent
