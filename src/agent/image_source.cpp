#include "agent/image_source.hpp"

#include <utility>

namespace slipway::agent {

namespace {

class PullerSource final : public ImageSource {
 public:
  explicit PullerSource(ImagePuller& puller) : puller_(puller) {}

  http::Task<Result<ResolvedImage>> obtain(std::string name, std::optional<RegistryCredentials> credentials,
                                           http::Cancel cancel) override {
    return puller_.obtain(std::move(name), std::move(credentials), std::move(cancel));
  }

 private:
  ImagePuller& puller_;
};

}  // namespace

std::unique_ptr<ImageSource> puller_source(ImagePuller& puller) {
  return std::make_unique<PullerSource>(puller);
}

}  // namespace slipway::agent
