#pragma once

#include <string>
#include <utility>

#include "base/limits.hpp"
#include "services/common/page.hpp"
#include "services/ssm/lookup.hpp"

namespace slipway::services::ssm {

// One page of a listing in order of key: MaxResults and NextToken in, NextToken out. A call that searches looks
// at limits::ssm_parameters_visited parameters and goes on with the next page.
class Page {
 public:
  // `question` is what else was asked; a token is good for the same question only (InvalidNextToken).
  template <class Request>
  static Result<Page> open(const Call& call, const Request& request, std::size_t items,
                           const std::string& question) {
    Page page;
    page.question_ = call.realm.prefix() + std::string(call.operation.name) + "/" + question;
    page.left_ = request.has_max_results() ? std::size_t(request.max_results()) : items;
    if (request.next_token().empty()) return page;
    auto after = open_page_token(request.next_token(), page.question_);
    if (!after) return fail("InvalidNextToken", "The specified token isn't valid.");
    page.after_ = *after;
    page.done_ = std::move(*after);
    return page;
  }

  const std::string& after() const { return after_; }
  // Before each candidate. False: enough were looked at.
  bool visits(std::string key) {
    if (!at_.empty()) done_ = std::move(at_);
    cut_ = visited_++ == limits::ssm_parameters_visited;
    at_ = std::move(key);
    return !cut_;
  }
  // Before each item. False: the page is full, and something is left.
  bool admits() {
    cut_ = left_ == 0;
    if (!cut_) --left_;
    return !cut_;
  }
  template <class Result>
  void close(Result& result) const {
    if (cut_) result.set_next_token(page_token(done_, question_));
  }

 private:
  std::string question_, after_;
  std::string at_;    // the candidate at hand
  std::string done_;  // the last one before it
  std::size_t left_ = 0, visited_ = 0;
  bool cut_ = false;
};

}  // namespace slipway::services::ssm
