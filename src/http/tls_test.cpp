#include "http/tls.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <filesystem>
#include <fstream>

#include "http/client.hpp"
#include "http/test_peer.hpp"
#include "http/websocket.hpp"

namespace slipway::http {
namespace {

// A self-signed certificate for "localhost" and 127.0.0.1, with its key, in files of a directory of its own.
class Certificate {
 public:
  Certificate() {
    std::string name = std::filesystem::temp_directory_path() / "slipway-tls-XXXXXX";
    directory_ = ::mkdtemp(name.data());
    EVP_PKEY* key = EVP_EC_gen("P-256");
    X509* certificate = X509_new();
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3'600);
    X509_set_pubkey(certificate, key);
    X509_NAME* subject = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("test"),
                               -1, -1, 0);
    X509_set_issuer_name(certificate, subject);
    X509_EXTENSION* names =
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1");
    X509_add_ext(certificate, names, -1);
    X509_EXTENSION_free(names);
    X509_sign(certificate, key, EVP_sha256());
    write(certificate_file(), [&](FILE* file) { PEM_write_X509(file, certificate); });
    write(key_file(),
          [&](FILE* file) { PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr); });
    X509_free(certificate);
    EVP_PKEY_free(key);
  }
  ~Certificate() { std::filesystem::remove_all(directory_); }

  std::string certificate_file() const { return directory_ + "/certificate.pem"; }
  std::string key_file() const { return directory_ + "/key.pem"; }

 private:
  template <class Write>
  static void write(const std::string& path, Write write_to) {
    FILE* file = std::fopen(path.c_str(), "w");
    write_to(file);
    std::fclose(file);
  }
  std::string directory_;
};

class TlsTest : public testing::Test {
 protected:
  Result<Response> fetch(Url url, Result<Tls> tls, BodySink sink = {}) {
    Loop loop;
    Client client({.tls = *tls});
    ClientRequest request{.method = "POST", .url = std::move(url), .body = std::string(100'000, 'b')};
    return run_until_done(loop, client.send(std::move(request), std::move(sink)));
  }
  Url url(std::string host = "localhost") { return {"https", std::move(host), server_.port(), "/", ""}; }

  Certificate certificate_;
  TestServer server_{{}, echo, 1, *Tls::server(certificate_.certificate_file(), certificate_.key_file())};
};

TEST_F(TlsTest, A_client_that_trusts_the_certificate_is_served) {
  for (const char* host : {"localhost", "127.0.0.1"}) {
    Result<Response> response = fetch(url(host), Tls::client(certificate_.certificate_file()));
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->body, "POST / " + std::string(100'000, 'b'));
  }
}

TEST_F(TlsTest, Others_refuse_unless_told_not_to_verify) {
  Result<Response> untrusted = fetch(url(), Tls::client());
  ASSERT_FALSE(untrusted);
  EXPECT_EQ(untrusted.error().code, "TlsFailed") << untrusted.error().message;
  EXPECT_NE(untrusted.error().message.find("self-signed"), std::string::npos) << untrusted.error().message;
  EXPECT_TRUE(fetch(url(), Tls::client({}, false)));
}

TEST_F(TlsTest, The_certificate_must_be_for_the_host) {
  Dialer to_it = [this](std::string, std::uint16_t, std::int64_t timeout_ms) {
    return tcp_dialer()("127.0.0.1", server_.port(), timeout_ms);
  };
  Loop loop;
  Client client({.tls = *Tls::client(certificate_.certificate_file()), .dialer = to_it});
  ClientRequest request{.url = url("other.example")};
  Result<Response> response = run_until_done(loop, client.send(std::move(request)));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, "TlsFailed");
}

TEST_F(TlsTest, A_plain_client_is_dropped) {
  Peer peer = server_.connect();
  peer.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(peer.read_to_end().find("HTTP/1.1"), std::string::npos);
}

TEST_F(TlsTest, TLS_1_1_is_refused) {
  Peer peer = server_.connect();
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
  SSL_CTX_set_max_proto_version(context, TLS1_1_VERSION);
  SSL_CTX_set_cipher_list(context, "ALL:@SECLEVEL=0");
  SSL* session = SSL_new(context);
  SSL_set_fd(session, peer.fd());
  EXPECT_NE(SSL_connect(session), 1);
  SSL_free(session);
  SSL_CTX_free(context);
}

Task<std::string> echo_over_tls(Url url, ClientOptions options) {
  url.scheme = "wss";
  auto answer = co_await connect_websocket(std::move(url), {}, std::move(options));
  if (!answer || !answer->socket) co_return "refused";
  co_await answer->socket->send_text("over tls");
  auto message = co_await answer->socket->receive();
  co_await answer->socket->close();
  co_return message && *message ? **message : "nothing";
}

TEST_F(TlsTest, WebSockets_run_over_it) {
  TestServer server(
      {},
      [](Exchange& exchange) -> Task<void> {
        Result<WebSocket> socket = co_await exchange.upgrade();
        auto message = co_await socket->receive();
        co_await socket->send_text(std::move(**message));
        co_await socket->receive();
      },
      1, *Tls::server(certificate_.certificate_file(), certificate_.key_file()));
  Loop loop;
  ClientOptions options{.tls = *Tls::client(certificate_.certificate_file())};
  EXPECT_EQ(run_until_done(loop, echo_over_tls({"https", "localhost", server.port(), "/", ""}, options)),
            "over tls");
}

TEST_F(TlsTest, Stop_closes_idle_connections) {
  EXPECT_TRUE(fetch(url(), Tls::client(certificate_.certificate_file())));
  server_.stop(2'000);
  EXPECT_EQ(server_.server().connections(), 0u);
}

TEST(Tls, Files_that_do_not_fit_are_named) {
  Result<Tls> missing = Tls::server("/nonexistent/cert.pem", "/nonexistent/key.pem");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, "InvalidCertificate");
  EXPECT_NE(missing.error().message.find("/nonexistent/cert.pem"), std::string::npos);
  Certificate one;
  Certificate two;
  EXPECT_FALSE(Tls::server(one.certificate_file(), two.key_file()));
  EXPECT_FALSE(Tls::client("/nonexistent/ca.pem"));
}

}  // namespace
}  // namespace slipway::http
