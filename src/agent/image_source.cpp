#include "agent/image_source.hpp"

#include <utility>

namespace slipway::agent {

namespace {

class PullerSource final : public ImageSource {
 public:
  PullerSource(ImagePuller& puller, PullBehavior behavior) : puller_(puller), behavior_(behavior) {}

  http::Task<Result<ResolvedImage>> obtain(std::string name, std::optional<RegistryCredentials> credentials,
                                           http::Cancel cancel) override {
    return puller_.obtain(std::move(name), behavior_, std::move(credentials), std::move(cancel));
  }

 private:
  ImagePuller& puller_;
  PullBehavior behavior_;
};

}  // namespace

std::unique_ptr<ImageSource> puller_source(ImagePuller& puller, PullBehavior behavior) {
  return std::make_unique<PullerSource>(puller, behavior);
}

}  // namespace slipway::agent
