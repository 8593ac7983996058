#include "auth/policy/evaluate.hpp"
#include "fuzz.hpp"

// A policy on all lines but the last; there "action resource key=value …", what is judged by it. Whatever a
// document is, it compiles or is refused, and judging it ends.
using namespace slipway;
using namespace slipway::auth::policy;

namespace {

class Line final : public Context {
 public:
  explicit Line(std::string_view text) : text_(text) {}
  bool values(std::string_view key, std::vector<std::string>& out) const override {
    bool found = false;
    for (std::string_view rest = text_; !rest.empty();) {
      const auto end = std::min(rest.find(' '), rest.size());
      const std::string_view pair = rest.substr(0, end);
      if (pair.size() > key.size() && pair.starts_with(key) && pair[key.size()] == '=') {
        out.emplace_back(pair.substr(key.size() + 1));
        found = true;
      }
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return found;
  }

 private:
  std::string_view text_;
};

std::string_view word(std::string_view& text) {
  const auto end = std::min(text.find(' '), text.size());
  const std::string_view out = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return out;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text = fuzz::text_of(data, size);
  const std::size_t use = fuzz::choose(text, 3);
  const auto end = std::min(text.rfind('\n'), text.size());
  auto compiled = compile(text.substr(0, end), Use(use));
  if (!compiled) {
    fuzz::expect(compiled.error().code == "MalformedPolicyDocument");
    return 0;
  }
  std::string_view asked = text.substr(std::min(end + 1, text.size()));
  const std::string_view action = word(asked), resource = word(asked);
  const Line context(asked);
  const Question question{action,
                          resource,
                          context,
                          {.account = "000000000000", .arn = resource, .role_arn = action, .service = {}}};
  (void)context_keys(**compiled);
  const Effect effect = effect_of(**compiled, question);
  const PolicyPtr set[] = {*compiled};
  const Policies policies{
      .identity = set, .boundary = {}, .session = {}, .has_session = false, .resource = compiled->get()};
  const Reason reason = decide(policies, question);
  fuzz::expect(effect != Effect::deny || reason != Reason::allowed);
  if (use == 0 && allows_always({.identity = set, .boundary = {}, .session = {}}, action))
    fuzz::expect(effect == Effect::allow);
  return 0;
}
