#include "wire/codec/xml.hpp"

#include <gtest/gtest.h>

#include "base/limits.hpp"

namespace slipway::wire {

namespace {

TEST(Xml, ReadsElementsTextAndAttributes) {
  Result<XmlNode> node =
      parse_xml("<?xml version=\"1.0\"?><n:a xmlns:n='u' x:y='1'>t<b/>u<c>&lt;&#x41;</c></n:a>");
  ASSERT_TRUE(node) << node.error().message;
  EXPECT_EQ(node->name, "a");
  EXPECT_EQ(node->text, "tu");
  EXPECT_EQ(node->child_text("c"), "<A");
  EXPECT_EQ(node->attributes[1], (std::pair<std::string, std::string>("x:y", "1")));
  EXPECT_EQ(node->child("d"), nullptr);
}

TEST(Xml, RefusesWhatIsNotWellFormed) {
  for (const char* text :
       {"", " ", "x", "<a>", "<a></b>", "<a/><b/>", "<a b=c/>", "<a>&nope;</a>", "<a>\xff</a>"})
    EXPECT_EQ(parse_xml(text).error().code, "MalformedXML") << text;
}

TEST(Xml, RefusesBombs) {
  EXPECT_FALSE(parse_xml("<!DOCTYPE a [<!ENTITY x \"xxxxxxxx\"><!ENTITY y \"&x;&x;&x;\">]><a>&y;</a>"));
  EXPECT_FALSE(parse_xml("<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>"));
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "<a>";
  EXPECT_FALSE(parse_xml(deep));
  std::string wide = "<a>";
  for (std::size_t i = 0; i < limits::wire_members; ++i) wide += "<b/>";
  EXPECT_FALSE(parse_xml(wide + "</a>"));
}

TEST(Xml, WritesTextThatReadsBack) {
  std::string out = "<a>";
  append_xml_text(out, "<&>\"' \r\n\t\xc3\xa9");
  Result<XmlNode> node = parse_xml(out + "</a>");
  ASSERT_TRUE(node);
  EXPECT_EQ(node->text, "<&>\"' \r\n\t\xc3\xa9");
}

TEST(Xml, WritesWhatXmlCannotHoldAsReplacement) {
  std::string out = "<a>";
  append_xml_text(out, std::string_view("\0\x1b\xff", 3));
  Result<XmlNode> node = parse_xml(out + "</a>");
  ASSERT_TRUE(node);
  EXPECT_EQ(node->text, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
}

}  // namespace

}  // namespace slipway::wire
