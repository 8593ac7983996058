#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "auth/policy/evaluate.hpp"
#include "services/common/call.hpp"
#include "services/iam/pager.hpp"
#include "wire/gen/iam.hpp"

namespace slipway::services::iam {

// The request context that a simulation is given: what is not given is missing.
class SimulatedContext final : public auth::policy::Context {
 public:
  void add(std::string_view name, std::string_view value);
  bool has(std::string_view name) const;
  bool values(std::string_view key, std::vector<std::string>& out) const override;

 private:
  std::map<std::string, std::vector<std::string>, std::less<>> values_;  // keys in lower case
};

// Policies gathered from a principal and from the request, and the answers by them.
class Simulation {
 public:
  SimulatedContext context;

  // Errors: InvalidInput, whose message holds what is wrong with the document.
  Result<> add(std::string id, std::string_view document);
  Result<> set_boundary(std::string id, std::string_view document);
  Result<> set_resource_policy(std::string_view document);
  // Errors: NoSuchEntity, InvalidInput (no user's, group's or role's ARN).
  Result<> add_principal(const Call& call, std::string_view arn);
  // Who is imagined to call; gives the context what it knows of a user: aws:username and its like.
  Result<> set_caller(const Call& call, std::string_view arn);

  // Every action on every resource. Errors: InvalidInput (too many, a name without its service).
  template <class Response, class Request>
  Result<wire::Value> answer(const Call& call, const Request& request,
                             const std::vector<std::string_view>& actions,
                             const std::vector<std::string_view>& resources) {
    if (auto good = check(actions, resources); !good) return pass(good);
    auto pager = Pager::open(call, request, question(actions, resources));
    if (!pager) return pass(pager);
    wire::ListOf<wire::iam::EvaluationResult> results;
    std::size_t number = 0;
    for (const auto action : actions)
      for (const auto resource : resources) {
        const std::string place = mark(number++);
        if (pager->skips(place) || !pager->admits(place)) continue;
        results.push_back(evaluate(action, resource));
      }
    Response response;
    response.set_evaluation_results(std::move(results));
    pager->close(response);
    return std::move(response).raw();
  }

  // The names of all keys that the policies ask for.
  std::vector<std::string> context_keys() const;

 private:
  struct Source {
    std::string id;
    std::string_view
        type;  // as the API has it: "user", "group", "role", "aws-managed", "user-managed", "none"
    auth::policy::PolicyPtr policy;
  };

  Result<> add_managed(const Call& call, std::string_view arn, std::vector<Source>& out);
  template <class Holder>
  Result<> add_holder(const Call& call, const Holder& holder, std::string_view type);
  static Result<> check(const std::vector<std::string_view>& actions,
                        const std::vector<std::string_view>& resources);
  static std::string question(const std::vector<std::string_view>& actions,
                              const std::vector<std::string_view>& resources);
  static std::string mark(std::size_t number);
  wire::iam::EvaluationResult evaluate(std::string_view action, std::string_view resource) const;

  std::vector<Source> identity_, boundary_, resource_;
  std::string caller_account_, caller_arn_;
};

}  // namespace slipway::services::iam
