#pragma once

#include <memory>

#include "http/client.hpp"
#include "http/stream.hpp"

namespace slipway::http {

// Within http/: a connection to where `url` points, under TLS if its scheme says so, within
// options.connect_timeout_ms. "ConnectFailed", "TlsFailed", "Timeout".
Task<Result<std::unique_ptr<Stream>>> dial(Url url, const ClientOptions& options);

// Closes a stream when `cancel` fires, as long as it lives.
class CloseOnCancel : Cancel::Hook {
 public:
  CloseOnCancel(Cancel cancel, Stream& stream);
  ~CloseOnCancel() override { cancel_.detach(*this); }

 private:
  void cancelled() override { stream_.close(); }

  Cancel cancel_;
  Stream& stream_;
};

}  // namespace slipway::http
