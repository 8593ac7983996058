// The tests' own program is also the supervisor that they start: LinuxHost re-executes whatever it runs in.
#include <gtest/gtest.h>
#include <linux/keyctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdio>
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
  if (argc > 1 && std::string_view(argv[1]) == "session-keyring") {  // of whoever runs it: security_test.cpp
    std::printf("%ld\n", ::syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_SESSION_KEYRING, 0));
    return 0;
  }
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
