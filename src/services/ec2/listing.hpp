#pragma once

#include <set>
#include <string>
#include <string_view>

#include "services/common/call.hpp"
#include "services/ec2/filter.hpp"

// What the Describe operations share: ids, filters and pages over one table, in order of id.
namespace slipway::services::ec2 {

// How a kind of resource is asked for by id, and the words of its errors.
struct IdKind {
  std::string_view parameter;       // "vpcIds"
  std::string_view prefix;          // "vpc"
  std::string_view noun;            // "vpc ID": in "The vpc ID 'vpc-1' does not exist"
  std::string_view malformed_code;  // "InvalidVpcID.Malformed"
  std::string_view missing_code;    // "InvalidVpcID.NotFound"
};

using Ids = std::set<std::string>;
Ids ids_of(const wire::ListOf<std::string_view>& asked);

Result<> check_ids_well_formed(const IdKind& kind, const Ids& ids);
std::unexpected<Error> missing_ids(const IdKind& kind, const Ids& ids);

struct Page {
  std::size_t size = 0;
  std::string question;  // what the token is good for
  std::string after;     // key after which the page begins
};
// Errors: InvalidParameterValue (MaxResults), InvalidNextToken.
Result<Page> page_of(const Call& call, bool has_max_results, std::int64_t max_results,
                     std::string_view next_token);

// The item of one id. Errors: malformed and missing ones of its kind.
template <class E>
Result<const E*> find(const Call& call, const core::Table<E>& table, const IdKind& kind,
                      std::string_view id) {
  if (auto good = check_ids_well_formed(kind, {std::string(id)}); !good) return pass(good);
  if (const E* item = table.find(E::key_of(call.realm, id))) return item;
  return missing_ids(kind, {std::string(id)});
}

// Calls visit(item) for every item of the realm that has one of `ids` (none: any) and matches the request's
// filters, up to a page. Gives the token of the next page; empty: there is none. Errors: those above and
// those of Filters::read.
template <class E, class Request, class Visit>
Result<std::string> describe(const Call& call, const core::Table<E>& table, const Request& request,
                             const IdKind& kind, const Ids& ids, std::span<const FilterField<E>> fields,
                             Visit&& visit);

// The same over items that are no rows of a table: `items` in order of key().
template <class E, class Request, class Visit>
Result<std::string> describe_items(const Call& call, const Request& request,
                                   std::span<const FilterField<E>> fields, const std::vector<E>& items,
                                   Visit&& visit);

// Detail from here on.

std::string next_token_of(const Page& page, std::string_view last_key);

template <class Request>
wire::ListOf<wire::ec2::Filter> filters_of(const Request& request) {
  if constexpr (requires { request.filters(); })
    return request.filters();
  else if constexpr (requires { request.filter(); })
    return request.filter();  // DescribeNatGateways
  else
    return {};
}

template <class Request>
Result<Page> page_of_request(const Call& call, const Request& request) {
  if constexpr (requires { request.max_results(); })
    return page_of(call, request.has_max_results(), request.max_results(), request.next_token());
  else
    return Page{std::size_t(-1), {}, {}};  // the operation knows no pages
}

// Takes what matches until the page is full.
template <class E, class Visit>
struct PageFiller {
  const core::State& state;
  const Filters<E>& filters;
  Page& page;
  Visit& visit;
  std::string last = {}, next = {};

  bool take(const E& item) {
    if (!filters.match(state, item)) return true;
    if (page.size == 0) {
      next = next_token_of(page, last);
      return false;
    }
    --page.size;
    last = item.key();
    visit(item);
    return true;
  }
};

template <class E, class Request, class Visit>
Result<std::string> describe(const Call& call, const core::Table<E>& table, const Request& request,
                             const IdKind& kind, const Ids& ids, std::span<const FilterField<E>> fields,
                             Visit&& visit) {
  if (auto good = check_ids_well_formed(kind, ids); !good) return pass(good);
  if constexpr (requires { request.max_results(); })
    if (!ids.empty() && request.has_max_results())
      return fail("InvalidParameterCombination", "The parameter " + std::string(kind.parameter) +
                                                     " cannot be used with the parameter maxResults");
  const auto filters = Filters<E>::read(filters_of(request), fields);
  if (!filters) return std::unexpected(filters.error());
  auto page = page_of_request(call, request);
  if (!page) return pass(page);

  Ids missing;
  for (const std::string& id : ids)
    if (!table.find(E::key_of(call.realm, id))) missing.insert(id);
  if (!missing.empty()) return missing_ids(kind, missing);

  PageFiller<E, Visit> filler{call.turn.state, *filters, *page, visit};
  if (ids.empty())
    table.scan(call.realm.prefix(), page->after, [&](const E& item) { return filler.take(item); });
  else
    for (const std::string& id : ids)
      if (const std::string key = E::key_of(call.realm, id);
          key > page->after && !filler.take(*table.find(key)))
        break;
  return std::move(filler.next);
}

template <class E, class Request, class Visit>
Result<std::string> describe_items(const Call& call, const Request& request,
                                   std::span<const FilterField<E>> fields, const std::vector<E>& items,
                                   Visit&& visit) {
  const auto filters = Filters<E>::read(filters_of(request), fields);
  if (!filters) return std::unexpected(filters.error());
  auto page = page_of_request(call, request);
  if (!page) return pass(page);
  PageFiller<E, Visit> filler{call.turn.state, *filters, *page, visit};
  for (const E& item : items)
    if (item.key() > page->after && !filler.take(item)) break;
  return std::move(filler.next);
}

// The tags of an item, as every EC2 answer has them.
inline wire::ListOf<wire::ec2::Tag> tags_view(const std::map<std::string, std::string>& tags) {
  wire::ListOf<wire::ec2::Tag> list;
  for (const auto& [key, value] : tags) list.push_back(wire::ec2::Tag().set_key(key).set_value(value));
  return list;
}

}  // namespace slipway::services::ec2
