#include "http/tls.hpp"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "base/check.hpp"

namespace slipway::http {
namespace {

std::string last_reason() {
  unsigned long code = ERR_peek_last_error();
  ERR_clear_error();
  const char* reason = ERR_reason_error_string(code);
  return reason ? reason : "unknown reason";
}

std::shared_ptr<SSL_CTX> new_context(const SSL_METHOD* method) {
  std::shared_ptr<SSL_CTX> context(SSL_CTX_new(method), SSL_CTX_free);
  check(context != nullptr, "OpenSSL gives no TLS context");
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS);
  return context;
}

bool is_address(const std::string& host) {
  unsigned char parsed[sizeof(in6_addr)];
  return ::inet_pton(AF_INET, host.c_str(), parsed) == 1 || ::inet_pton(AF_INET6, host.c_str(), parsed) == 1;
}

}  // namespace

Result<Tls> Tls::server(const std::string& certificate_file, const std::string& key_file) {
  Tls tls;
  tls.context_ = new_context(TLS_server_method());
  SSL_CTX* context = tls.context_.get();
  ERR_clear_error();
  if (SSL_CTX_use_certificate_chain_file(context, certificate_file.c_str()) != 1)
    return fail("InvalidCertificate",
                "The certificate in " + certificate_file + " cannot be used: " + last_reason() + ".");
  if (SSL_CTX_use_PrivateKey_file(context, key_file.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_check_private_key(context) != 1)
    return fail("InvalidCertificate", "The key in " + key_file + " cannot be used: " + last_reason() + ".");
  return tls;
}

Result<Tls> Tls::client(const std::string& extra_ca_file, bool verify) {
  Tls tls;
  tls.context_ = new_context(TLS_client_method());
  tls.verify_ = verify;
  SSL_CTX* context = tls.context_.get();
  SSL_CTX_set_verify(context, verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
  SSL_CTX_set_default_verify_paths(context);
  ERR_clear_error();
  if (!extra_ca_file.empty() && SSL_CTX_load_verify_locations(context, extra_ca_file.c_str(), nullptr) != 1)
    return fail("InvalidCertificate",
                "The authorities in " + extra_ca_file + " cannot be used: " + last_reason() + ".");
  return tls;
}

ssl_st* Tls::new_session(const std::string& host) const {
  SSL* session = SSL_new(context_.get());
  check(session != nullptr, "OpenSSL gives no TLS session");
  if (host.empty()) return session;
  if (is_address(host)) {
    if (verify_) X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), host.c_str());
  } else {
    SSL_set_tlsext_host_name(session, host.c_str());  // RFC 6066 §3: names only
    if (verify_) SSL_set1_host(session, host.c_str());
  }
  return session;
}

}  // namespace slipway::http
