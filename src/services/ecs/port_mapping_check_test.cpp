#include "services/ecs/port_mapping_check.hpp"

#include <gtest/gtest.h>

#include "wire/json_text.hpp"

namespace slipway::services::ecs {
namespace {

std::string refusal(std::string_view network_mode, const std::string& mappings) {
  const auto container = wire::parse_json(R"({"name":"web","portMappings":[)" + mappings + "]}");
  const auto checked = check_port_mappings(network_mode, wire::ecs::ContainerDefinition(container.value()));
  return checked ? "" : checked.error().code + ": " + checked.error().message;
}

TEST(PortMappingCheck, RangesAreTakenWhereEcsTakesThem) {
  for (const char* mode : {"", "bridge", "awsvpc"})
    EXPECT_EQ(refusal(mode, R"({"containerPortRange":"9000-9002"},{"containerPort":80},
                              {"containerPortRange":"9000-9002","protocol":"udp"})"),
              "")
        << mode;
  EXPECT_EQ(
      refusal("host", R"({"containerPortRange":"9000-9002"})"),
      "ClientException: Invalid setting for container 'web'. A containerPortRange needs the network mode "
      "bridge or awsvpc.");
}

TEST(PortMappingCheck, ARangeHasNoOtherPortsBesideIt) {
  for (const char* more : {R"("containerPort":80)", R"("hostPort":80)"})
    EXPECT_NE(refusal("bridge", std::string(R"({"containerPortRange":"9000-9002",)") + more + "}")
                  .find("has no containerPort and no hostPort"),
              std::string::npos)
        << more;
  EXPECT_NE(refusal("bridge", R"({"containerPortRange":"9002-9000"})").find("is no range of ports"),
            std::string::npos);
}

TEST(PortMappingCheck, RangesDoNotOverlap) {
  EXPECT_NE(refusal("bridge", R"({"containerPortRange":"9000-9002"},{"containerPortRange":"9002-9004"})")
                .find("'9000-9002' overlaps another port mapping."),
            std::string::npos);
  EXPECT_NE(
      refusal("bridge", R"({"containerPort":9001},{"containerPortRange":"9000-9002"})").find("overlaps"),
      std::string::npos);
  EXPECT_EQ(refusal("bridge", R"({"containerPort":9003},{"containerPortRange":"9000-9002"})"), "");
}

TEST(PortMappingCheck, AHundredRangesAreTheMost) {
  std::string mappings;
  for (int i = 0; i < 100; ++i)
    mappings += (i ? "," : "") + (R"({"containerPortRange":")" + std::to_string(1000 + 2 * i) + "-" +
                                  std::to_string(1001 + 2 * i) + "\"}");
  EXPECT_EQ(refusal("bridge", mappings), "");
  EXPECT_NE(refusal("bridge", mappings + R"(,{"containerPortRange":"1-2"})").find("at most 100 port ranges"),
            std::string::npos);
}

}  // namespace
}  // namespace slipway::services::ecs
