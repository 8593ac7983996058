#pragma once

#include "services/common/call.hpp"

namespace slipway::services::ec2 {

// MissingParameter, in EC2's words, for the first required member of the operation's model that is absent.
Result<> check_required(const Call& call);
// DryRun: what would have succeeded is undone. Error: DryRunOperation.
Result<> check_dry_run(const Call& call);

// For Modify…Attribute: the one member besides the resource's id. Error: InvalidParameterCombination (none,
// or several).
Result<std::string_view> only_attribute(const Call& call, std::string_view id_member);

// Every operation of the table: the step between what all have in common. A dry run is the operation itself,
// undone by its error, so it can promise nothing that the operation would not keep.
template <Step step>
Result<wire::Value> served(Call& call) {
  if (auto good = check_required(call); !good) return pass(good);
  auto output = step(call);
  if (!output) return pass(output);
  if (auto good = check_dry_run(call); !good) return pass(good);
  return output;
}

}  // namespace slipway::services::ec2
