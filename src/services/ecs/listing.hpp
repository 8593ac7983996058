#pragma once

#include <string>

#include "services/common/call.hpp"
#include "services/common/page.hpp"
#include "services/ecs/errors.hpp"
#include "wire/json_text.hpp"

namespace slipway::services::ecs {

// One page of a listing: where it starts and how long it may be (maxResults 1–100, default 100).
struct Listing {
  std::string question;  // what is asked, without page and token: a token is good for the same question alone
  std::string after;     // key after which to go on
  std::size_t items_max = 100;

  static Result<Listing> of(const Call& call) {
    Listing listing;
    wire::Value question = call.input;
    question.erase("nextToken");
    question.erase("maxResults");
    listing.question = std::string(call.operation.name) + call.realm.prefix() + wire::write_json(question);
    if (const wire::Value* max = call.input.find("maxResults")) {
      if (max->integer() < 1 || max->integer() > 100)
        return invalid_parameter("maxResults must be between 1 and 100.");
      listing.items_max = std::size_t(max->integer());
    }
    if (const wire::Value* token = call.input.find("nextToken"); token && !token->string().empty()) {
      auto key = open_page_token(token->string(), listing.question);
      if (!key) return invalid_parameter("Invalid token.");
      listing.after = std::move(*key);
    }
    return listing;
  }
  std::string token(std::string_view last_key) const { return page_token(last_key, question); }
};

// Fills `response` from a sorted range of keys: add(key) tells whether the item belongs to the answer.
template <class Keys, class Response, class Add>
void list_page(const Listing& listing, const Keys& keys, Response& response, Add&& add) {
  std::size_t count = 0;
  std::string last;
  for (auto it = listing.after.empty() ? keys.begin() : keys.upper_bound(listing.after); it != keys.end();
       ++it) {
    if (count == listing.items_max) {
      response.set_next_token(listing.token(last));
      return;
    }
    if (add(*it)) {
      ++count;
      last = *it;
    }
  }
}

}  // namespace slipway::services::ecs
