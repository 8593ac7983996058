#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"

// Store images that this build writes and every later one must read (docs/store-format.md). They lie in
// sim/fixtures, one JSON object a line: {"row": key, "hex": value, "shows": the value for people}.
namespace slipway::sim {

struct FixtureRow {
  std::string row;
  std::string value;
  std::string shows;  // core::describe, JSON

  bool operator==(const FixtureRow&) const = default;
};

// One row of every kind with every field set to something of its own.
std::vector<FixtureRow> every_field_rows();
// What a small fleet leaves behind after its first minute: a state that makes sense.
std::vector<FixtureRow> small_store_rows();

std::string format_fixture(const std::vector<FixtureRow>& rows);
Result<std::vector<FixtureRow>> parse_fixture(const std::string& text);

}  // namespace slipway::sim
