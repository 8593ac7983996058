#pragma once

#include <memory>
#include <string>

#include "base/result.hpp"

struct ssl_ctx_st;
struct ssl_st;

namespace slipway::http {

// Keys, certificates and rules of one side of TLS (1.2 and later). A handle, usable from every thread.
class Tls {
 public:
  // PEM files: the certificate with its chain, and its key. "InvalidCertificate" with the file and the
  // reason.
  static Result<Tls> server(const std::string& certificate_file, const std::string& key_file);
  // Verifies chain and host name against the system's authorities and those in `extra_ca_file` (PEM; empty:
  // none). verify = false accepts anybody: for a user who asked for exactly that.
  static Result<Tls> client(const std::string& extra_ca_file = {}, bool verify = true);

  // Within http/: a session of OpenSSL, the caller's to free. `host` is the server to verify; empty on the
  // server's side.
  ssl_st* new_session(const std::string& host) const;

 private:
  std::shared_ptr<ssl_ctx_st> context_;
  bool verify_ = false;
};

}  // namespace slipway::http
