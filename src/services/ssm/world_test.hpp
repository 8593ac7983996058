#pragma once

#include "base/encoding.hpp"
#include "services/common/kms_key.hpp"
#include "services/common/test_calls.hpp"
#include "services/ssm/table.hpp"

namespace slipway::services::ssm {

class Parameters : public CallTest {
 protected:
  Parameters() : CallTest(table()) {}

  static wire::Value input(std::string_view name, std::string_view value, std::string_view type = "String") {
    return wire::Value::object({{"Name", name}, {"Value", value}, {"Type", type}});
  }
  static wire::Value with(wire::Value base, std::string_view member, wire::Value value) {
    base.set(member, std::move(value));
    return base;
  }
  void put(std::string_view name, std::string_view value, std::string_view type = "String") {
    ok("PutParameter", with(input(name, value, type), "Overwrite", true));
  }
  wire::Value get(std::string_view name, bool decrypt = false) {
    return ok("GetParameter", wire::Value::object({{"Name", name}, {"WithDecryption", decrypt}})).get("Parameter");
  }
  std::string value_of(std::string_view name) { return std::string(get(name, true).get("Value").string()); }
  static wire::Value named(std::string_view name) { return wire::Value::object({{"Name", name}}); }

  static std::vector<std::string> names(const wire::Value& list) {
    std::vector<std::string> out;
    for (const wire::Value& item : list.items()) out.emplace_back(item.get("Name").string());
    return out;
  }
};
using Names = std::vector<std::string>;

}  // namespace slipway::services::ssm
