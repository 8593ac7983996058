#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "agent/image/manifest.hpp"
#include "agent/image/pull.hpp"
#include "agent/image/registry.hpp"
#include "agent/image/store_impl.hpp"
#include "base/limits.hpp"
#include "http/completion.hpp"

namespace slipway::agent {

// So many blobs on their way at a time, first come first served. On one loop.
class Slots {
 public:
  explicit Slots(std::size_t free) : free_(free) {}
  http::Task<void> enter();
  void leave();

 private:
  std::size_t free_;
  std::deque<http::Completion<>> waiting_;
};

// What all pulls of one puller share. On its loop.
struct PullContext {
  ImageStore& store;
  http::WorkerPool& workers;
  PullOptions options;
  std::map<std::string, std::unique_ptr<http::Client>> clients;  // by ca_file
  TokenCache tokens;
  Slots slots{limits::pull_blobs_at_once};
  // Layers that are being fetched, by diff-id, and who else waits for each.
  std::map<std::string, std::vector<http::Completion<>>> layers_in_flight;

  PullContext(ImageStore& s, http::WorkerPool& w, PullOptions o)
      : store(s), workers(w), options(std::move(o)) {}

  // "InvalidCertificate".
  Result<http::Client*> client(const std::string& ca_file);
};

// One pull of one image from one place. `last`: nobody else is asked where this one fails, so it is asked
// again.
class ImagePull {
 public:
  ImagePull(PullContext& context, http::Client& client, Reference reference, Endpoint endpoint, bool last,
            std::optional<RegistryCredentials> credentials, http::Cancel cancel);

  http::Task<Result<ResolvedImage>> run();

 private:
  struct Document {
    std::string text, digest;
  };
  http::Task<Result<Document>> manifest(std::string object);
  http::Task<Result<Document>> platform_manifest();
  http::Task<Result<Document>> config(Descriptor descriptor);
  http::Task<Result<>> layers(std::vector<Descriptor> blobs, std::vector<std::string> diff_ids);
  http::Task<void> lane(http::Completion<> done);
  http::Task<Result<>> layer(Descriptor blob, std::string diff_id);
  http::Task<Result<>> make_layer(Descriptor blob, std::string diff_id);
  http::Task<Result<>> fetch(class Download& download, Descriptor blob);
  http::Task<Result<>> fetch_in_turn(class Download& download, Descriptor blob);
  bool at_hand(const Descriptor& blob, const std::string& diff_id) const;
  void tell(bool layer_done);
  // Runs `get` again while its failure may be in passing.
  http::Task<Result<Registry::Answer>> get(std::string object, http::Headers headers);
  http::Task<bool> pause(int tries, const Result<Registry::Answer>& answer);
  http::Task<Result<FileLock>> locked(std::function<Result<FileLock>()> take);
  std::unexpected<Error> refuse(std::string what);

  PullContext& context_;
  const ImageStore::Impl& store_;
  Reference reference_;
  bool last_;
  http::Cancel cancel_;
  Registry registry_;
  int retries_ = 0;
  const char* phase_ = "pull image manifest";

  std::vector<Descriptor> blobs_;
  std::vector<std::string> diff_ids_;
  std::size_t next_layer_ = 0;
  std::optional<Error> layer_error_;
  PullProgress progress_;
  std::uint64_t bytes_told_ = 0;
};

}  // namespace slipway::agent
