#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "base/limits.hpp"
#include "services/logs/filter_parts.hpp"

namespace slipway::services::logs {

// Conditions joined by &&, || and parentheses; && binds closer.
template <class Condition>
class Expression {
 public:
  // `take_condition(cursor) -> Result<Condition>` reads one condition.
  template <class Take>
  static Result<Expression> take(PatternCursor& cursor, Take&& take_condition, std::size_t depth = 0) {
    if (depth > limits::filter_depth) return invalid_pattern("too many parentheses");
    return take_joined(cursor, "||", false, [&] {
      return take_joined(cursor, "&&", true, [&]() -> Result<Expression> {
        if (cursor.take("(")) {
          auto inner = take(cursor, take_condition, depth + 1);
          if (inner && !cursor.take(")")) return invalid_pattern("a parenthesis is not closed");
          return inner;
        }
        auto condition = take_condition(cursor);
        if (!condition) return pass(condition);
        Expression leaf;
        leaf.condition_.push_back(std::move(*condition));
        return leaf;
      });
    });
  }

  template <class Holds>
  bool holds(Holds&& condition_holds) const {
    if (!condition_.empty()) return condition_holds(condition_.front());
    const auto each = [&](const Expression& child) { return child.holds(condition_holds); };
    return all_ ? std::ranges::all_of(children_, each) : std::ranges::any_of(children_, each);
  }

 private:
  template <class TakeOne>
  static Result<Expression> take_joined(PatternCursor& cursor, std::string_view joint, bool all,
                                        TakeOne&& take_one) {
    Expression joined;
    joined.all_ = all;
    do {
      auto child = take_one();
      if (!child) return child;
      joined.children_.push_back(std::move(*child));
    } while (cursor.take(joint));
    if (joined.children_.size() > 1) return joined;
    Expression single = std::move(joined.children_.front());
    return single;
  }

  bool all_ = true;
  std::vector<Expression> children_;
  std::vector<Condition> condition_;  // one, of a leaf
};

}  // namespace slipway::services::logs
