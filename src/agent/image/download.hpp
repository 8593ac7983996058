#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "agent/image/files.hpp"
#include "agent/image/manifest.hpp"
#include "agent/image/sha256.hpp"
#include "http/task.hpp"
#include "http/workers.hpp"

namespace slipway::agent {

// A blob on its way to a file: hashed and counted as it comes, written by the megabyte on a worker. What is
// there when this ends stays, so that another attempt, also of another process, goes on with it.
class Download {
 public:
  Download(http::WorkerPool& workers, std::string path, const Descriptor& blob);
  Download(const Download&) = delete;
  Download& operator=(const Download&) = delete;

  // Bytes of the blob that are here: where a further answer must go on.
  std::uint64_t received() const { return received_; }
  // For http::Client. "DigestMismatch" for more bytes than the blob has.
  http::Task<Result<>> append(std::string bytes);
  // All is here: "DigestMismatch" if it is something else, "ConnectionClosed" if some is missing.
  http::Task<Result<>> finish();
  // Takes what an attempt before has left.
  http::Task<Result<>> resume();
  // From nothing.
  Result<> restart();
  void discard();
  // Brings to the disk what has come so far.
  http::Task<Result<>> flush();
  const std::string& path() const { return path_; }
  // The file, at its beginning; good after finish().
  int descriptor() const { return file_.get(); }

 private:
  Result<> restart(int flags);

  http::WorkerPool& workers_;
  std::string path_;
  std::string digest_;
  std::uint64_t size_, received_ = 0;
  std::string waiting_;
  Sha256 hash_;
  Fd file_;
};

}  // namespace slipway::agent
