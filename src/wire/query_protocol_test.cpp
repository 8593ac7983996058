#include <gtest/gtest.h>

#include "base/limits.hpp"
#include "wire/gen/ec2.hpp"
#include "wire/gen/iam.hpp"
#include "wire/gen/sts.hpp"
#include "wire/protocol.hpp"

namespace slipway::wire {

namespace {

HttpRequestParts form(std::string body) {
  return {.headers = {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}},
          .body = std::move(body)};
}

TEST(QueryProtocol, FindsTheOperationInFormOrQuery) {
  Result<const Operation*> by_form = route(sts::service, form("Action=GetCallerIdentity&Version=2011-06-15"));
  ASSERT_TRUE(by_form);
  EXPECT_EQ(*by_form, &sts::operations::GetCallerIdentity);
  HttpRequestParts get{.method = "GET", .query = "Version=2011-06-15&Action=GetCallerIdentity"};
  ASSERT_TRUE(route(sts::service, get));
  EXPECT_EQ(hint(get).operation, "GetCallerIdentity");
  EXPECT_EQ(hint(form("Action=DescribeVpcs&Version=2016-11-15")).protocol, Protocol::ec2);
}

TEST(QueryProtocol, RefusesUnknownActions) {
  Result<const Operation*> unknown = route(iam::service, form("Action=NoSuch&Version=2010-05-08"));
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, "InvalidAction");
  EXPECT_EQ(unknown.error().message, "Could not find operation NoSuch for version 2010-05-08");
  EXPECT_EQ(route(ec2::service, form("Action=NoSuch")).error().message,
            "The action NoSuch is not valid for this web service.");
  EXPECT_EQ(route(iam::service, form("")).error().code, "MissingAction");
}

TEST(QueryProtocol, ReadsForms) {
  Result<Value> input = parse_request(iam::service, iam::operations::CreateUser,
                                      form("Action=CreateUser&UserName=a+b%2Bc&Tags.member.2.Key=k2&Tags."
                                           "member.10.Key=k10&Tags.member.1.Key=k1"
                                           "&Tags.member.1.Value=&Unknown.member.1=x"));
  ASSERT_TRUE(input) << input.error().message;
  iam::CreateUserRequest user(*input);
  EXPECT_EQ(user.user_name(), "a b+c");
  ASSERT_EQ(user.tags().size(), 3u);
  EXPECT_EQ(user.tags()[0].key(), "k1");
  EXPECT_TRUE(user.tags()[0].has_value());
  EXPECT_EQ(user.tags()[1].key(), "k2");
  EXPECT_FALSE(user.tags()[1].has_value());
  EXPECT_EQ(user.tags()[2].key(), "k10");
}

TEST(QueryProtocol, ReadsEc2Forms) {
  Result<Value> input = parse_request(ec2::service, ec2::operations::DescribeVpcs,
                                      form("Action=DescribeVpcs&VpcId.1=vpc-1&VpcId.2=vpc-2&Filter.1.Name="
                                           "state&Filter.1.Value.1=available&DryRun=true"));
  ASSERT_TRUE(input) << input.error().message;
  ec2::DescribeVpcsRequest vpcs(*input);
  ASSERT_EQ(vpcs.vpc_ids().size(), 2u);
  EXPECT_EQ(vpcs.vpc_ids()[1], "vpc-2");
  EXPECT_EQ(vpcs.filters()[0].name(), "state");
  EXPECT_EQ(vpcs.filters()[0].values()[0], "available");
  EXPECT_TRUE(vpcs.dry_run());
}

TEST(QueryProtocol, RefusesBadForms) {
  auto refused = [](std::string body) {
    Result<Value> input = parse_request(iam::service, iam::operations::ListUsers, form(std::move(body)));
    return input ? "accepted" : input.error().code;
  };
  EXPECT_EQ(refused("MaxItems=abc"), "MalformedInput");
  EXPECT_EQ(refused("MaxItems=99999999999"), "MalformedInput");
  EXPECT_EQ(refused("MaxItems.x=1"), "MalformedInput");
  EXPECT_EQ(refused("Marker=%zz"), "MalformedQueryString");
  EXPECT_EQ(refused("Marker=%ff"), "MalformedQueryString");
  EXPECT_EQ(refused("Marker=%"), "MalformedQueryString");
  std::string deep = "A";
  for (int i = 0; i < 1'000; ++i) deep += ".a";
  EXPECT_EQ(refused(deep + "=1"), "MalformedQueryString");
  std::string many;
  for (std::size_t i = 0; i <= limits::query_parameters; ++i) many += "a" + std::to_string(i) + "=1&";
  EXPECT_EQ(refused(many), "MalformedQueryString");
  EXPECT_EQ(refused("&&=&a&MaxItems=5"), "accepted");
}

TEST(QueryProtocol, WritesAnswers) {
  sts::GetCallerIdentityResponse answer;
  answer.set_account("000000000000").set_arn("arn:aws:iam::000000000000:user/<admin>");
  HttpResponseParts response =
      write_response(sts::service, sts::operations::GetCallerIdentity, answer.raw(), "id-1");
  EXPECT_EQ(response.body,
            "<GetCallerIdentityResponse "
            "xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>"
            "<Account>000000000000</Account><Arn>arn:aws:iam::000000000000:user/&lt;admin&gt;</Arn>"
            "</GetCallerIdentityResult><ResponseMetadata><RequestId>id-1</RequestId></ResponseMetadata>"
            "</GetCallerIdentityResponse>");
  EXPECT_EQ(request_id_of(sts::service, response), "id-1");
  EXPECT_EQ(*parse_response(sts::service, sts::operations::GetCallerIdentity, response), answer.raw());
}

TEST(QueryProtocol, WritesEc2Answers) {
  ec2::DescribeVpcsResult answer;
  answer.add_vpcs(ec2::Vpc().set_vpc_id("vpc-1").set_is_default(true).add_tags(ec2::Tag().set_key("k")));
  answer.add_vpcs(ec2::Vpc().set_tags({}));
  HttpResponseParts response =
      write_response(ec2::service, ec2::operations::DescribeVpcs, answer.raw(), "id-2");
  EXPECT_EQ(response.body,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<DescribeVpcsResponse "
            "xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\"><requestId>id-2</requestId><vpcSet><item>"
            "<vpcId>vpc-1</vpcId><isDefault>true</isDefault><tagSet><item><key>k</key></item></tagSet></item>"
            "<item><tagSet/></item></vpcSet></DescribeVpcsResponse>");
}

TEST(QueryProtocol, WritesErrors) {
  Error error{"NoSuchEntity", "The user with name <x> cannot be found.", 404};
  HttpResponseParts response = write_error(iam::service, error, "id-3");
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(
      response.body,
      "<ErrorResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><Error><Type>Sender</Type>"
      "<Code>NoSuchEntity</Code><Message>The user with name &lt;x&gt; cannot be found.</Message></Error>"
      "<RequestId>id-3</RequestId></ErrorResponse>");
  EXPECT_EQ(parse_error(iam::service, response), error);
  Error internal{"InternalError", "An internal error has occurred", 500};
  HttpResponseParts ec2 = write_error(ec2::service, internal, "id-4");
  EXPECT_EQ(ec2.body,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response><Errors><Error><Code>InternalError</Code>"
            "<Message>An internal error has "
            "occurred</Message></Error></Errors><RequestID>id-4</RequestID></Response>");
  EXPECT_EQ(parse_error(ec2::service, ec2), internal);
}

TEST(QueryProtocol, ErrorsOfUnknownServicesHaveTheCallersForm) {
  Error error{"InvalidClientTokenId", "The security token included in the request is invalid.", 403};
  HttpResponseParts response = write_error(hint(form("Action=X&Version=2011-06-15")), error, "id");
  EXPECT_TRUE(response.body.starts_with(
      "<ErrorResponse><Error><Type>Sender</Type><Code>InvalidClientTokenId</Code>"));
  HttpResponseParts rest =
      write_error(hint(HttpRequestParts{.method = "GET", .path = "/clusters"}), error, "id");
  EXPECT_EQ(find_header(rest.headers, "x-amzn-errortype"), "InvalidClientTokenId");
}

TEST(QueryProtocol, BadAnswersAreErrors) {
  for (const char* body : {"<html>", "x", "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>", "<a></b>"})
    EXPECT_FALSE(parse_response(sts::service, sts::operations::GetCallerIdentity, {.body = body})) << body;
}

}  // namespace

}  // namespace slipway::wire
