#include <gtest/gtest.h>

#include <clocale>

#include "agent/image/unpack.hpp"

namespace slipway::agent {
int walls_main(const char* directory, const char* file);  // confine_test.cpp
}

// The tests' own main: this program is also what unpacking re-executes.
int main(int argc, char** argv) {
  if (argc > 1 && std::string_view(argv[1]) == "unpack-layer")
    return slipway::agent::unpack_main(std::span<const char* const>(argv + 2, std::size_t(argc - 2)));
  if (argc == 4 && std::string_view(argv[1]) == "try-walls")
    return slipway::agent::walls_main(argv[2], argv[3]);
  ::setlocale(LC_CTYPE, "C.UTF-8");  // the tests write tars with names that are not ASCII
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
