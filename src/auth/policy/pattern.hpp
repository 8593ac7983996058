#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/policy/context.hpp"

namespace slipway::auth::policy {

enum class Wildcards {
  none,      // '*' and '?' are letters
  text,      // '*' any run of characters, '?' any one
  resource,  // of an ARN in Resource: as text, but inside one of the first five segments they stop at a
             // colon; a '*' at a segment's end goes beyond it (IAM user guide, Resource element)
};

// ${aws:username} or ${aws:PrincipalTag/team, 'none'}.
struct Variable {
  std::string name;  // as written
  std::string key;   // in lower case
  std::optional<std::string> otherwise;
};

// Text of a policy with wildcards and, in version 2012-10-17, policy variables; compiled once, then matched
// without allocation unless it has variables. A variable stands for its value's letters: a '*' in a value is
// no wildcard. One that has no value, or several, and no default makes the pattern match nothing.
class Pattern {
 public:
  Pattern() = default;
  static Pattern compile(std::string_view text, Wildcards wildcards, bool variables);

  // `fold`: ASCII letters match in either case (actions, StringEqualsIgnoreCase).
  bool matches(std::string_view text, const Context& context, bool fold = false) const;
  bool matches_anything() const { return text_ == any_run && variables_.empty(); }
  const std::vector<Variable>& variables() const { return variables_; }

  // The pattern in parts as divided by its own colons, at most `count` of them; variables stay whole. For
  // ARNs, whose parts are matched one by one.
  std::vector<Pattern> parts(std::size_t count) const;

  // Marks inside the compiled text: bytes that UTF-8 does not have, so no text of a document holds one.
  static constexpr std::string_view any_run = "\xff";
  static constexpr char run = '\xff', one = '\xfe', variable = '\xfd', run_in_segment = '\xfc',
                        one_in_segment = '\xfb';
  static constexpr char first_mark = '\xfb';

 private:
  bool expand(const Context& context, std::string& out) const;

  std::string text_;
  std::vector<Variable> variables_;
};

std::string lower(std::string_view text);

}  // namespace slipway::auth::policy
