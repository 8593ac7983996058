#include <algorithm>

#include "agent/image/download.hpp"
#include "agent/image/pull_image.hpp"
#include "base/limits.hpp"
#include "http/loop.hpp"

// Layers of one image come a few at a time; each of them once, however many images and processes want it.
namespace slipway::agent {

constexpr std::uint64_t tell_bytes = 8 * 1024 * 1024;

http::Task<void> Slots::enter() {
  if (free_ > 0) {
    --free_;
    co_return;
  }
  http::Completion<> turn;
  waiting_.push_back(turn);
  co_await turn.wait();
}

void Slots::leave() {
  if (waiting_.empty()) {
    ++free_;
    return;
  }
  const http::Completion<> next = waiting_.front();
  waiting_.pop_front();
  next.complete({});
}

void ImagePull::tell(bool layer_done) {
  progress_.layers_done += layer_done;
  if (!context_.options.progress) return;
  if (!layer_done && progress_.bytes_done != 0 && progress_.bytes_done < bytes_told_ + tell_bytes) return;
  bytes_told_ = progress_.bytes_done;
  context_.options.progress(progress_);
}

bool ImagePull::at_hand(const Descriptor& blob, const std::string& diff_id) const {
  return store_.has_layer(diff_id) && (!context_.options.for_export || exists(store_.blob_path(blob.digest)));
}

http::Task<Result<>> ImagePull::layers(std::vector<Descriptor> blobs, std::vector<std::string> diff_ids) {
  blobs_ = std::move(blobs);
  diff_ids_ = std::move(diff_ids);
  progress_.name = reference_.canonical();
  for (std::size_t i = 0; i < blobs_.size(); ++i) {
    if (at_hand(blobs_[i], diff_ids_[i])) continue;
    ++progress_.layers;
    progress_.bytes += blobs_[i].size;
  }
  tell(false);
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
  while (!at_hand(blob, diff_id)) {
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
  if (at_hand(blob, diff_id)) co_return Result<>();  // made by another process meanwhile
  Download download(context_.workers, store_.partial_path(blob.digest, diff_id), blob);
  Result<> fetched = co_await fetch_in_turn(download, blob);
  if (!fetched) co_return fetched;
  auto unpack = [&] {
    Result<> put = store_.put_layer(diff_id, download.descriptor());
    if (put)
      store_.keep_blob(blob.digest, download.path(), true);
    else
      download.discard();
    return put;
  };
  Result<> unpacked = co_await http::run_blocking(context_.workers, std::move(unpack));
  if (!unpacked) co_return refuse("failed to extract layer " + diff_id + ": " + unpacked.error().message);
  tell(true);
  co_return Result<>();
}

http::Task<Result<>> ImagePull::fetch_in_turn(Download& download, Descriptor blob) {
  co_await context_.slots.enter();
  Result<> fetched = co_await fetch(download, std::move(blob));
  context_.slots.leave();
  co_return fetched;
}

// A body that breaks off goes on from where it broke (Range, RFC 9110 §14), also one that a killed process
// has begun. Where a registry knows no ranges it starts anew; so does, once, what turns out to be something
// else.
http::Task<Result<>> ImagePull::fetch(Download& download, Descriptor blob) {
  http::BodySink sink = [this, &download](std::string_view bytes) {
    progress_.bytes_done += bytes.size();
    tell(false);
    return download.append(std::string(bytes));
  };
  if (auto opened = co_await download.resume(); !opened)
    co_return refuse("failed to copy: " + opened.error().message);
  progress_.bytes_done += download.received();
  bool ranges = true;
  int mismatches = 0;
  for (int tries = 1;; ++tries) {
    const std::uint64_t from = download.received();
    http::Headers headers;
    if (from > 0) headers.set("Range", "bytes=" + std::to_string(from) + "-");
    Result<Registry::Answer> answer = fail("", "");
    // What was begun may be whole, but for the last look at it.
    const bool asked = from < blob.size || from == 0;
    if (asked) answer = co_await registry_.get("blobs/" + blob.digest, std::move(headers), sink);
    if (!asked || (answer && answer->response.status == (from > 0 ? 206 : 200))) {
      Result<> whole = co_await download.finish();
      if (whole) co_return Result<>();
      answer = std::unexpected(whole.error());
    } else if (from > 0 && ((answer && (answer->response.status == 200 || answer->response.status == 416)) ||
                            (!answer && answer.error().code == "DigestMismatch"))) {
      ranges = false;
      answer = fail("ConnectionClosed", "the registry does not go on where it stopped");
    }
    const std::string code = answer ? "" : answer.error().code;
    if (code == "ImageStoreError") {
      download.discard();
      co_return refuse("failed to copy: " + answer.error().message);
    }
    if (code == "DigestMismatch" || !ranges) {
      if (auto opened = download.restart(); !opened)
        co_return refuse("failed to copy: " + opened.error().message);
    }
    if (code == "DigestMismatch") {
      if (++mismatches == 2) {
        download.discard();
        co_return refuse("failed to copy: " + answer.error().message);
      }
      ++retries_;
      continue;
    }
    if (!co_await pause(tries, answer)) {
      (void)co_await download.flush();  // for the next who tries
      co_return refuse("failed to copy: " + Registry::words(answer));
    }
  }
}

}  // namespace slipway::agent
