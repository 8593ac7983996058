// The tests' own program is also the supervisor that they start: LinuxHost re-executes whatever it runs in.
#include <gtest/gtest.h>

#include <span>
#include <string_view>

#include "runtime/supervisor.hpp"

int main(int argc, char** argv) {
  if (argc > 1 && std::string_view(argv[1]) == "supervisor") {
    slipway::runtime::SupervisorOptions options;
    if (!slipway::runtime::parse_supervisor_arguments(
            std::span<const char* const>(argv + 2, std::size_t(argc - 2)), options))
      return 2;
    return slipway::runtime::supervisor_main(options);
  }
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
