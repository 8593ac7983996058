#pragma once

#include <gtest/gtest.h>

#include <string>

#include "services/common/test_world.hpp"

namespace slipway::services {

// For tests of a service's operations: calls with JSON in, and either the answer or "Code: message" out.
class CallTest : public testing::Test {
 protected:
  explicit CallTest(const ServiceTable& table) : table_(table) {}

  template <class Input>
  wire::Value ok(std::string_view operation, const Input& input) {
    auto output = call(operation, input);
    EXPECT_TRUE(output) << operation << ": "
                        << (output ? "" : output.error().code + ": " + output.error().message);
    return output ? *output : wire::Value::object();
  }
  template <class Input>
  std::string refused(std::string_view operation, const Input& input) {
    auto output = call(operation, input);
    return output ? "no error" : output.error().code + ": " + output.error().message;
  }
  // Whether `text` stands anywhere in what would be on disk.
  bool on_disk(std::string_view text) {
    bool found = false;
    for (core::TableBase* table : world.state.tables())
      table->each_key(
          [&](std::string_view key) { found = found || table->encoded(key)->contains(text) || key.contains(text); });
    return found;
  }

  TestWorld world;

 private:
  template <class Input>
  Result<wire::Value> call(std::string_view operation, const Input& input) {
    if constexpr (std::is_same_v<Input, wire::Value>)
      return world.call(table_, operation, input);
    else
      return world.call(table_, operation, std::string_view(input));
  }

  const ServiceTable& table_;
};

}  // namespace slipway::services
