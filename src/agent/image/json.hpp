#pragma once

// For this folder's .cpp files that read JSON: Boost.JSON with our limits, and lenient getters.
#include <boost/json.hpp>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace slipway::agent::json {

// "InvalidImage" for what is no JSON object (or array, where `what` is one), too large or too deep.
Result<boost::json::value> parse(std::string_view text, std::string_view what);

// Members of the wrong type, or null, read as absent: images are written by many tools.
const boost::json::object* object_in(const boost::json::value& value, std::string_view member);
const boost::json::array* array_in(const boost::json::value& value, std::string_view member);
std::string string_in(const boost::json::value& value, std::string_view member);
std::int64_t integer_in(const boost::json::value& value, std::string_view member);
bool flag_in(const boost::json::value& value, std::string_view member);
// An array of strings; a single string counts as one.
std::vector<std::string> strings_in(const boost::json::value& value, std::string_view member);
// The keys of an object, sorted.
std::vector<std::string> keys_in(const boost::json::value& value, std::string_view member);
std::map<std::string, std::string> texts_in(const boost::json::value& value, std::string_view member);

}  // namespace slipway::agent::json
