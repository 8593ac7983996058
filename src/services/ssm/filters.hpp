#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "services/ssm/lookup.hpp"
#include "wire/gen/ssm.hpp"

namespace slipway::services::ssm {

// The filters of a listing: a parameter that is listed passes them all.
class Filters {
 public:
  // Errors of all: InvalidFilterKey, InvalidFilterOption, InvalidFilterValue.
  static Result<Filters> of_path(const wire::ssm::GetParametersByPathRequest& request);
  static Result<Filters> of_description(const wire::ssm::DescribeParametersRequest& request);

  bool pass(const Parameter& parameter, const ParameterVersion& version) const;
  // Names of labels, of which a version must have one (GetParametersByPath); empty: the newest version.
  const std::vector<std::string>& labels() const { return labels_; }
  // For page tokens: a token goes on with the same filters only.
  const std::string& question() const { return question_; }

 private:
  struct Filter {
    std::string key, option;
    std::vector<std::string> values;
  };
  Result<> add(const wire::ssm::ParameterStringFilter& filter, bool by_path);
  static bool passes(const Filter& filter, const Parameter& parameter, const ParameterVersion& version);

  std::vector<Filter> filters_;
  std::vector<std::string> labels_;
  std::string question_;
};

// Whether `name` lies under `path` ("/" or "/a/b"), directly or, where it is recursive, anywhere.
bool is_under(std::string_view name, std::string_view path, bool recursive);

}  // namespace slipway::services::ssm
