#include <algorithm>

#include "agent/image/download.hpp"
#include "agent/image/pull_image.hpp"
#include "base/limits.hpp"
#include "http/loop.hpp"

// Layers of one image come a few at a time; each of them once, however many images and processes want it.
namespace slipway::agent {

http::Task<Result<>> ImagePull::layers(std::vector<Descriptor> blobs, std::vector<std::string> diff_ids) {
  blobs_ = std::move(blobs);
  diff_ids_ = std::move(diff_ids);
  std::vector<http::Completion<>> lanes(std::min(blobs_.size(), limits::pull_layers_at_once));
  for (const auto& done : lanes) http::spawn(http::Loop::current(), lane(done));
  for (const auto& done : lanes) co_await done.wait();
  if (layer_error_) co_return std::unexpected(*layer_error_);
  co_return Result<>();
}

http::Task<void> ImagePull::lane(http::Completion<> done) {
  while (next_layer_ < blobs_.size() && !layer_error_ && !cancel_.requested()) {
    const std::size_t at = next_layer_++;
    Result<> fetched = co_await layer(blobs_[at], diff_ids_[at]);
    if (fetched || layer_error_) continue;
    layer_error_ = std::move(fetched.error());
    if (cancel_.can_fire()) cancel_.request();  // the other lanes work for nothing
  }
  if (cancel_.requested() && !layer_error_) layer_error_ = Error{"Cancelled", "The pull was cancelled.", 499};
  done.complete({});
}

http::Task<Result<>> ImagePull::layer(Descriptor blob, std::string diff_id) {
  auto& in_flight = context_.layers_in_flight;
  while (!store_.has_layer(diff_id)) {
    if (in_flight.contains(diff_id)) {
      // Another pull fetches it. If it fails there, it is tried here.
      http::Completion<> over;
      in_flight[diff_id].push_back(over);
      if (!co_await over.wait_for(-1, cancel_)) co_return refuse("");
      continue;
    }
    in_flight[diff_id];
    Result<> made = co_await make_layer(std::move(blob), diff_id);
    const auto waiting = std::move(in_flight[diff_id]);
    in_flight.erase(diff_id);
    for (const auto& over : waiting) over.complete({});
    co_return made;
  }
  co_return Result<>();
}

http::Task<Result<>> ImagePull::make_layer(Descriptor blob, std::string diff_id) {
  auto take = [&] { return store_.layer_lock(diff_id, false); };
  auto lock = co_await locked(take);
  if (!lock) co_return pass(lock);
  if (store_.has_layer(diff_id)) co_return Result<>();  // made by another process meanwhile
  Download download(context_.workers, store_.temporary(), blob);
  Result<> fetched = co_await fetch(download, blob);
  if (!fetched) co_return fetched;
  auto unpack = [&] { return store_.put_layer(diff_id, download.descriptor()); };
  Result<> unpacked = co_await http::run_blocking(context_.workers, std::move(unpack));
  if (!unpacked) co_return refuse("failed to extract layer " + diff_id + ": " + unpacked.error().message);
  co_return Result<>();
}

// A body that breaks off goes on from where it broke (Range); one that turns out to be something else is
// fetched anew, once.
http::Task<Result<>> ImagePull::fetch(Download& download, Descriptor blob) {
  http::BodySink sink = [&download](std::string_view bytes) { return download.append(std::string(bytes)); };
  bool anew = true;
  int mismatches = 0;
  for (int tries = 1;; ++tries) {
    if (anew)
      if (auto opened = download.restart(); !opened)
        co_return refuse("failed to copy: " + opened.error().message);
    anew = false;
    http::Headers headers;
    if (download.received() > 0) headers.set("Range", "bytes=" + std::to_string(download.received()) + "-");
    const bool ranged = download.received() > 0;
    Result<Registry::Answer> answer =
        co_await registry_.get("blobs/" + blob.digest, std::move(headers), sink);
    Result<> whole;
    if (answer && answer->response.status == (ranged ? 206 : 200)) {
      whole = co_await download.finish();
      if (whole) co_return Result<>();
      answer = std::unexpected(whole.error());
    } else if (answer && answer->response.status / 100 == 2) {
      answer = fail("DigestMismatch", "the registry does not go on where it stopped");
    }
    const std::string code = answer ? "" : answer.error().code;
    if (code == "ImageStoreError") co_return refuse("failed to copy: " + answer.error().message);
    if (code == "DigestMismatch") {
      anew = true;
      if (++mismatches == 2) co_return refuse("failed to copy: " + answer.error().message);
      ++retries_;
      continue;
    }
    if (!co_await pause(tries, answer)) co_return refuse("failed to copy: " + Registry::words(answer));
  }
}

}  // namespace slipway::agent
