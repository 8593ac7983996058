#include <gtest/gtest.h>

#include "services/common/network_interface.hpp"
#include "services/common/test_world.hpp"
#include "services/ec2/bootstrap.hpp"
#include "services/ec2/table.hpp"

namespace slipway::services::ec2 {
namespace {

// A region with its default VPC.
class DescribeTest : public testing::Test {
 protected:
  DescribeTest() {
    world.apply([&](core::Turn& turn) -> Result<> {
      bootstrap_default_vpc(turn, world.realm);
      bootstrap_default_vpc(turn, {"000000000000", "eu-west-1"});
      return {};
    });
    world.state.vpcs.scan(world.realm.prefix(), "", [&](const auto& row) { return vpc = row.id, true; });
    world.state.subnets.scan(world.realm.prefix(), "", [&](const auto& row) {
      subnets[row.availability_zone] = row.id;
      return true;
    });
    world.state.security_groups.scan(world.realm.prefix(), "",
                                     [&](const auto& row) { return group = row.id, true; });
  }

  wire::Value ok(std::string_view operation, std::string_view input) {
    auto output = world.call(table(), operation, input);
    EXPECT_TRUE(output) << operation << ": " << (output ? "" : output.error().message);
    return output ? *output : wire::Value::object();
  }
  std::string error(std::string_view operation, std::string_view input) {
    auto output = world.call(table(), operation, input);
    if (output) return "no error";
    return output.error().code + " " + std::to_string(output.error().http_status) + ": " +
           output.error().message;
  }
  // How many items there are under a filter.
  std::size_t count(const std::string& noun, const std::string& name, const std::string& value) {
    return ok("Describe" + noun, R"({"Filters":[{"Name":")" + name + R"(","Values":[")" + value + "\"]}]}")
        .get(noun)
        .size();
  }
  std::string make_interface(const std::string& zone = "us-east-1a") {
    std::string id;
    world.apply([&](core::Turn& turn) -> Result<> {
      id = *services::create_network_interface(turn, world.realm, {subnets[zone], {}, "of task 1", "task"});
      return {};
    });
    return id;
  }
  void tag_vpc(const std::string& key, const std::string& value) {
    world.apply([&](core::Turn& turn) -> Result<> {
      turn.modify(turn.state.vpcs, core::ec2::Vpc::key_of(world.realm, vpc),
                  [&](core::ec2::Vpc& row) { row.tags[key] = value; });
      return {};
    });
  }

  TestWorld world;
  std::string vpc, group;
  std::map<std::string, std::string> subnets;  // by zone
};

TEST_F(DescribeTest, Vpcs) {
  const wire::Value vpcs = ok("DescribeVpcs", "{}");
  ASSERT_EQ(vpcs.get("Vpcs").size(), 1u);
  EXPECT_FALSE(vpcs.find("NextToken"));
  const wire::Value& row = vpcs.get("Vpcs").at(0);
  EXPECT_EQ(row.get("VpcId").string(), vpc);
  EXPECT_EQ(row.get("CidrBlock").string(), "172.31.0.0/16");
  EXPECT_TRUE(row.get("IsDefault").boolean());
  EXPECT_EQ(row.get("State").string(), "available");
  EXPECT_FALSE(row.find("Tags"));
  EXPECT_EQ(row.get("CidrBlockAssociationSet").at(0).get("CidrBlockState", "State").string(), "associated");
}

TEST_F(DescribeTest, VpcFilters) {
  tag_vpc("Name", "main vpc");
  for (const auto& [name, value] : std::map<std::string, std::string>{{"vpc-id", vpc},
                                                                      {"is-default", "true"},
                                                                      {"isDefault", "true"},
                                                                      {"cidr", "172.31.*"},
                                                                      {"state", "available"},
                                                                      {"owner-id", "0*0"},
                                                                      {"tag:Name", "main?vpc"},
                                                                      {"tag-key", "Name"},
                                                                      {"tag-value", "main*"}}) {
    EXPECT_EQ(count("Vpcs", name, value), 1u) << name;
    EXPECT_EQ(count("Vpcs", name, "other"), 0u) << name;
  }
  EXPECT_EQ(count("Vpcs", "tag:Other", "main vpc"), 0u);
  EXPECT_EQ(
      ok("DescribeVpcs",
         R"({"Filters":[{"Name":"is-default","Values":["true"]},{"Name":"state","Values":["pending"]}]})")
          .get("Vpcs")
          .size(),
      0u)
      << "all filters must match";
  EXPECT_EQ(ok("DescribeVpcs", R"({"Filters":[{"Name":"state","Values":["pending","available"]}]})")
                .get("Vpcs")
                .size(),
            1u)
      << "one value is enough";
  EXPECT_EQ(error("DescribeVpcs", R"({"Filters":[{"Name":"colour","Values":["red"]}]})"),
            "InvalidParameterValue 400: The filter 'colour' is invalid");
  EXPECT_EQ(error("DescribeVpcs", R"({"Filters":[{"Name":"tag:","Values":["red"]}]})"),
            "InvalidParameterValue 400: The filter 'tag:' is invalid");
  EXPECT_TRUE(
      error("DescribeVpcs", R"({"Filters":[{"Name":"state"}]})").starts_with("InvalidParameterValue 400"));
}

TEST_F(DescribeTest, Ids) {
  EXPECT_EQ(ok("DescribeVpcs", R"({"VpcIds":[")" + vpc + "\"]}").get("Vpcs").size(), 1u);
  EXPECT_EQ(error("DescribeVpcs", R"({"VpcIds":["vpc-x"]})"),
            "InvalidVpcID.NotFound 400: The vpc ID 'vpc-x' does not exist");
  EXPECT_EQ(error("DescribeVpcs", R"({"VpcIds":["vpc-y","vpc-x",")" + vpc + "\"]}"),
            "InvalidVpcID.NotFound 400: The vpc IDs 'vpc-x, vpc-y' do not exist");
  EXPECT_EQ(error("DescribeVpcs", R"({"VpcIds":["x"]})"),
            "InvalidVpcID.Malformed 400: Invalid id: \"x\" (expecting \"vpc-...\")");
  EXPECT_EQ(error("DescribeSubnets", R"({"SubnetIds":["subnet-x"]})"),
            "InvalidSubnetID.NotFound 400: The subnet ID 'subnet-x' does not exist");
  EXPECT_EQ(error("DescribeSecurityGroups", R"({"GroupIds":["sg-x"]})"),
            "InvalidGroup.NotFound 400: The security group 'sg-x' does not exist");
  EXPECT_EQ(error("DescribeNetworkInterfaces", R"({"NetworkInterfaceIds":["eni-x"]})"),
            "InvalidNetworkInterfaceID.NotFound 400: The networkInterface ID 'eni-x' does not exist");
  EXPECT_EQ(
      error("DescribeVpcs", R"({"MaxResults":5,"VpcIds":[")" + vpc + "\"]}"),
      "InvalidParameterCombination 400: The parameter vpcIds cannot be used with the parameter maxResults");
}

TEST_F(DescribeTest, DryRun) {
  EXPECT_EQ(error("DescribeVpcs", R"({"DryRun":true})"),
            "DryRunOperation 412: Request would have succeeded, but DryRun flag is set.");
  EXPECT_EQ(error("DescribeAvailabilityZones", R"({"DryRun":true})").substr(0, 15), "DryRunOperation");
}

TEST_F(DescribeTest, Subnets) {
  EXPECT_EQ(ok("DescribeSubnets", "{}").get("Subnets").size(), 3u);
  const std::string one = R"({"SubnetIds":[")" + subnets["us-east-1b"] + "\"]}";
  wire::Value row = ok("DescribeSubnets", one).get("Subnets").at(0);
  EXPECT_EQ(row.get("CidrBlock").string(), "172.31.16.0/20");
  EXPECT_EQ(row.get("AvailabilityZoneId").string(), "use1-az2");
  EXPECT_EQ(row.get("AvailableIpAddressCount").integer(), 4'091);
  EXPECT_EQ(row.get("SubnetArn").string(),
            "arn:aws:ec2:us-east-1:000000000000:subnet/" + subnets["us-east-1b"]);
  make_interface("us-east-1b");
  row = ok("DescribeSubnets", one).get("Subnets").at(0);
  EXPECT_EQ(row.get("AvailableIpAddressCount").integer(), 4'090);

  EXPECT_EQ(count("Subnets", "vpc-id", vpc), 3u);
  EXPECT_EQ(count("Subnets", "default-for-az", "true"), 3u);
  EXPECT_EQ(count("Subnets", "defaultForAz", "false"), 0u);
  EXPECT_EQ(count("Subnets", "availability-zone", "us-east-1a"), 1u);
  EXPECT_EQ(count("Subnets", "availabilityZone", "us-east-1?"), 3u);
  EXPECT_EQ(count("Subnets", "availability-zone-id", "use1-az3"), 1u);
  EXPECT_EQ(count("Subnets", "cidr-block", "172.31.32.0/20"), 1u);
  EXPECT_EQ(count("Subnets", "subnet-id", subnets["us-east-1c"]), 1u);
  EXPECT_EQ(count("Subnets", "available-ip-address-count", "4090"), 1u);
}

TEST_F(DescribeTest, SecurityGroups) {
  const wire::Value row = ok("DescribeSecurityGroups", "{}").get("SecurityGroups").at(0);
  EXPECT_EQ(row.get("GroupName").string(), "default");
  EXPECT_EQ(row.get("Description").string(), "default VPC security group");
  const wire::Value& in = row.get("IpPermissions").at(0);
  EXPECT_EQ(wire::write_json(in),
            R"({"IpProtocol":"-1","IpRanges":[],"UserIdGroupPairs":[{"UserId":"000000000000","GroupId":")" +
                group + R"("}],"Ipv6Ranges":[],"PrefixListIds":[]})");
  EXPECT_EQ(row.get("IpPermissionsEgress").at(0).get("IpRanges").at(0).get("CidrIp").string(), "0.0.0.0/0");

  EXPECT_EQ(ok("DescribeSecurityGroups", R"({"GroupNames":["default"]})").get("SecurityGroups").size(), 1u);
  EXPECT_EQ(
      error("DescribeSecurityGroups", R"({"GroupNames":["web"]})"),
      "InvalidGroup.NotFound 400: The security group 'web' does not exist in default VPC '" + vpc + "'");
  EXPECT_EQ(count("SecurityGroups", "group-name", "default"), 1u);
  EXPECT_EQ(count("SecurityGroups", "group-id", group), 1u);
  EXPECT_EQ(count("SecurityGroups", "vpc-id", vpc), 1u);
  EXPECT_EQ(count("SecurityGroups", "ip-permission.group-id", group), 1u);
  EXPECT_EQ(count("SecurityGroups", "ip-permission.group-name", "default"), 1u);
  EXPECT_EQ(count("SecurityGroups", "ip-permission.cidr", "*"), 0u);
  EXPECT_EQ(count("SecurityGroups", "egress.ip-permission.cidr", "0.0.0.0/0"), 1u);
  EXPECT_EQ(count("SecurityGroups", "egress.ip-permission.from-port", "*"), 0u) << "all ports is no port";
}

TEST_F(DescribeTest, JoinsRulesOfTheSamePorts) {
  world.apply([&](core::Turn& turn) -> Result<> {
    turn.modify(turn.state.security_groups, core::ec2::SecurityGroup::key_of(world.realm, group),
                [&](auto& row) {
                  core::ec2::SecurityGroupRule rule{
                      .id = "sgr-1", .protocol = "tcp", .from_port = 80, .to_port = 81, .cidr = "10.0.0.0/8"};
                  rule.description = "inside";
                  row.rules = {rule, rule};
                  row.rules[1].cidr = "192.168.0.0/16";
                  row.rules[1].description.clear();
                });
    return {};
  });
  const wire::Value row = ok("DescribeSecurityGroups", "{}").get("SecurityGroups").at(0);
  ASSERT_EQ(row.get("IpPermissions").size(), 1u);
  EXPECT_EQ(
      wire::write_json(row.get("IpPermissions").at(0)),
      R"({"IpProtocol":"tcp","FromPort":80,"ToPort":81,"IpRanges":[{"CidrIp":"10.0.0.0/8","Description":"inside"},)"
      R"({"CidrIp":"192.168.0.0/16"}],"UserIdGroupPairs":[],"Ipv6Ranges":[],"PrefixListIds":[]})");
  EXPECT_EQ(row.get("IpPermissionsEgress").size(), 0u);
  EXPECT_EQ(count("SecurityGroups", "ip-permission.to-port", "81"), 1u);
  EXPECT_EQ(count("SecurityGroups", "ip-permission.protocol", "tcp"), 1u);
}

TEST_F(DescribeTest, NetworkInterfaces) {
  EXPECT_EQ(wire::write_json(ok("DescribeNetworkInterfaces", "{}")), R"({"NetworkInterfaces":[]})");
  const std::string id = make_interface();
  make_interface("us-east-1b");
  const wire::Value row = ok("DescribeNetworkInterfaces", R"({"NetworkInterfaceIds":[")" + id + "\"]}")
                              .get("NetworkInterfaces")
                              .at(0);
  const std::string address(row.get("PrivateIpAddress").string());
  EXPECT_EQ(row.get("Status").string(), "in-use");
  EXPECT_EQ(row.get("SubnetId").string(), subnets["us-east-1a"]);
  EXPECT_EQ(row.get("Groups").at(0).get("GroupName").string(), "default");
  EXPECT_EQ(row.get("Attachment", "Status").string(), "attached");
  EXPECT_TRUE(row.get("PrivateDnsName").string().ends_with(".ec2.internal"));
  EXPECT_EQ(row.get("PrivateIpAddresses").at(0).get("PrivateIpAddress").string(), address);
  EXPECT_FALSE(row.find("Association"));

  for (const auto& [name, value] : std::map<std::string, std::string>{
           {"network-interface-id", id},
           {"private-ip-address", address},
           {"addresses.private-ip-address", address},
           {"subnet-id", subnets["us-east-1a"]},
           {"availability-zone", "us-east-1a"},
           {"mac-address", std::string(row.get("MacAddress").string())},
           {"private-dns-name", std::string(row.get("PrivateDnsName").string())},
           {"attachment.attachment-id", std::string(row.get("Attachment", "AttachmentId").string())}})
    EXPECT_EQ(count("NetworkInterfaces", name, value), 1u) << name;
  for (const auto& [name, value] : std::map<std::string, std::string>{{"vpc-id", vpc},
                                                                      {"group-id", group},
                                                                      {"group-name", "default"},
                                                                      {"status", "in-use"},
                                                                      {"description", "of task*"}})
    EXPECT_EQ(count("NetworkInterfaces", name, value), 2u) << name;
  EXPECT_EQ(count("NetworkInterfaces", "association.public-ip", "*"), 0u);
}

TEST_F(DescribeTest, Pages) {
  std::set<std::string> made, listed;
  for (int i = 0; i < 12; ++i) made.insert(make_interface());
  std::string token;
  int pages = 0;
  do {
    auto input = wire::Value::object({{"MaxResults", pages == 0 ? 5 : 6}});
    if (!token.empty()) input.set("NextToken", token);
    const auto page = world.call(table(), "DescribeNetworkInterfaces", input);
    ASSERT_TRUE(page);
    EXPECT_LE(page->get("NetworkInterfaces").size(), pages == 0 ? 5u : 6u)
        << "a page's size may change on the way";
    for (const auto& row : page->get("NetworkInterfaces").items())
      EXPECT_TRUE(listed.emplace(row.get("NetworkInterfaceId").string()).second);
    const std::string next(page->get("NextToken").string());
    if (pages == 0) {
      EXPECT_EQ(error("DescribeNetworkInterfaces",
                      R"({"Filters":[{"Name":"status","Values":["*"]}],"NextToken":")" + next + "\"}"),
                "InvalidNextToken 400: The specified NextToken is not valid.")
          << "a token is good for its own question";
    }
    token = next;
    ++pages;
  } while (!token.empty());
  EXPECT_EQ(listed, made);
  EXPECT_EQ(pages, 3);
  EXPECT_EQ(
      error("DescribeNetworkInterfaces", R"({"MaxResults":4})"),
      "InvalidParameterValue 400: Value ( 4 ) for parameter maxResults is invalid. Expecting a value greater "
      "than or equal to 5.");
  EXPECT_EQ(
      error("DescribeSubnets", R"({"MaxResults":1001})"),
      "InvalidParameterValue 400: Value ( 1001 ) for parameter maxResults is invalid. Expecting a value less "
      "than or equal to 1000.");
}

TEST_F(DescribeTest, AvailabilityZones) {
  const wire::Value zones = ok("DescribeAvailabilityZones", "{}");
  ASSERT_EQ(zones.get("AvailabilityZones").size(), 3u);
  const wire::Value& row = zones.get("AvailabilityZones").at(0);
  EXPECT_EQ(row.get("ZoneName").string(), "us-east-1a");
  EXPECT_EQ(row.get("ZoneId").string(), "use1-az1");
  EXPECT_EQ(row.get("State").string(), "available");
  EXPECT_EQ(row.get("GroupName").string(), "us-east-1-zg-1");
  EXPECT_EQ(
      ok("DescribeAvailabilityZones", R"({"ZoneNames":["us-east-1b"]})").get("AvailabilityZones").size(), 1u);
  EXPECT_EQ(ok("DescribeAvailabilityZones", R"({"ZoneIds":["use1-az3"]})").get("AvailabilityZones").size(),
            1u);
  EXPECT_EQ(count("AvailabilityZones", "zone-name", "*c"), 1u);
  EXPECT_EQ(error("DescribeAvailabilityZones", R"({"ZoneNames":["us-east-1z"]})"),
            "InvalidParameterValue 400: Invalid availability zone: [us-east-1z]");
  EXPECT_EQ(error("DescribeAvailabilityZones", R"({"Filters":[{"Name":"tag:x","Values":["y"]}]})"),
            "InvalidParameterValue 400: The filter 'tag:x' is invalid");
}

}  // namespace
}  // namespace slipway::services::ec2
