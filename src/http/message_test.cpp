#include "http/message.hpp"

#include <gtest/gtest.h>

#include "http/url.hpp"
#include "http/write_head.hpp"

namespace slipway::http {
namespace {

std::string joined(const Headers& headers) {
  std::string text;
  for (const Headers::Field& field : headers)
    text += std::string(field.name) + "=" + std::string(field.value) + ";";
  return text;
}

TEST(Headers, Keep_order_and_compare_without_case) {
  Headers headers{{"A", "1"}, {"b", "2"}, {"a", "3"}};
  EXPECT_EQ(headers.get("B"), "2");
  EXPECT_EQ(headers.get("a"), "1");
  EXPECT_EQ(headers.count("A"), 2u);
  EXPECT_FALSE(headers.contains("c"));
  headers.set("A", "4");
  EXPECT_EQ(joined(headers), "A=4;b=2;");
  headers.set("c", headers.get("b"));
  headers.remove("B");
  EXPECT_EQ(joined(headers), "A=4;c=2;");
  headers.clear();
  EXPECT_TRUE(headers.empty());
}

TEST(Headers, Find_tokens_in_lists) {
  Headers headers{{"Connection", "keep-alive, Upgrade"}, {"connection", "x"}};
  EXPECT_TRUE(headers.has_token("CONNECTION", "upgrade"));
  EXPECT_TRUE(headers.has_token("Connection", "X"));
  EXPECT_FALSE(headers.has_token("Connection", "up"));
}

TEST(Request, Splits_its_target) {
  Request request;
  request.target = "/a/b?c=d?e";
  EXPECT_EQ(request.path(), "/a/b");
  EXPECT_EQ(request.query(), "c=d?e");
  request.target = "/a";
  EXPECT_EQ(request.path(), "/a");
  EXPECT_EQ(request.query(), "");
}

TEST(Url, Parses_what_clients_write) {
  Result<Url> url = parse_url("HTTPS://Example.com:8443/p%20q?x=y#part");
  ASSERT_TRUE(url);
  EXPECT_EQ(*url, (Url{"https", "example.com", 8443, "/p%20q", "x=y"}));
  EXPECT_EQ(url->text(), "https://example.com:8443/p%20q?x=y");
  EXPECT_EQ(parse_url("http://h")->text(), "http://h/");
  EXPECT_EQ(parse_url("ws://h?q")->target(), "/?q");
  EXPECT_EQ(parse_url("wss://h")->port, 443);
  EXPECT_EQ(parse_url("http://[::1]:80/")->host, "::1");
  EXPECT_EQ(parse_url("http://[::1]:81/")->authority(), "[::1]:81");
}

TEST(Url, Refuses_what_it_cannot_mean) {
  for (const char* text :
       {"", "h", "/p", "ftp://h/", "http://", "http:///p", "http://u:p@h/", "http://h:0/", "http://h:x/",
        "http://h:65536/", "http://[::1/", "http://h h/", "http://h/\r\nX: y", "http://[::1]x/"})
    EXPECT_FALSE(parse_url(text)) << text;
}

TEST(WriteHead, Leaves_out_what_is_decided_elsewhere) {
  Response response;
  response.headers = {
      {"Content-Length", "9"}, {"transfer-encoding", "x"}, {"Connection", "y"}, {"Date", "z"}, {"K", "v"}};
  std::string head;
  append_response_head(head, response, {.content_length = 3, .chunked = false, .connection = "close"});
  EXPECT_TRUE(head.starts_with("HTTP/1.1 200 OK\r\nDate: ")) << head;
  EXPECT_TRUE(head.ends_with(" GMT\r\nK: v\r\nContent-Length: 3\r\nConnection: close\r\n\r\n")) << head;
}

}  // namespace
}  // namespace slipway::http
