#pragma once

#include <string>

#include "services/common/page.hpp"
#include "services/secretsmanager/lookup.hpp"

namespace slipway::services::secretsmanager {

// MaxResults and NextToken of a listing.
struct Page {
  std::string after;
  std::size_t size = 0;

  // `question` is all that was asked; a token is good for the same question only (InvalidNextTokenException).
  template <class Request>
  static Result<Page> open(const Request& request, const std::string& question, std::size_t size) {
    Page page{{}, request.has_max_results() ? std::size_t(request.max_results()) : size};
    if (!request.has_next_token()) return page;
    auto after = open_page_token(request.next_token(), question);
    if (!after) return fail("InvalidNextTokenException", "The NextToken value is invalid.");
    page.after = std::move(*after);
    return page;
  }
};

}  // namespace slipway::services::secretsmanager
