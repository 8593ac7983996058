#include "sim/golden.hpp"

#include <optional>
#include <sstream>

#include "sim/fleet.hpp"
#include "sim/golden_script.hpp"
#include "sim/naming.hpp"
#include "wire/json_text.hpp"

namespace slipway::sim {
namespace {

using wire::Value;

constexpr std::size_t line_characters = 110;

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

class Replay {
 public:
  explicit Replay(const std::string& text) : in_(text) {
    fleet_.machine.turn_delay_ms = 0;
    fleet_.machine.commit_ms = 0;
    fleet_.network().weather.delay_ms = 0;
    fleet_.start_server();
    pass(10);
  }

  std::string out() {
    for (std::string line; next_line(line);) take(line);
    return std::move(out_);
  }

 private:
  bool next_line(std::string& line) {
    if (!held_) return bool(std::getline(in_, line));
    line = std::move(*held_);
    held_.reset();
    return true;
  }

  void take(const std::string& line) {
    if (line.starts_with("?? ")) return;
    if (line.starts_with("<")) return skip_continuation();  // written anew
    out_ += line + "\n";
    if (line.starts_with("@ +")) {
      const std::int64_t ms = parse_duration(line.substr(3));
      if (ms < 0) return complain("no such time");
      pass(ms);
    } else if (line.starts_with("! ")) {
      if (!script_.happen(words_of(naming_.resolved(line.substr(2))))) return complain("cannot happen");
    } else if (line.starts_with("> ")) {
      call(line.substr(2) + continuation());
    } else if (!line.empty() && !line.starts_with("#")) {
      complain("no such line");
    }
    if (fleet_.server_is_up()) fleet_.check_all();
    if (fleet_.wrong()) complain(*fleet_.wrong());
  }

  void complain(const std::string& what) { out_ += "?? " + what + "\n"; }

  std::string continuation() {
    std::string text;
    for (std::string line; next_line(line);) {
      if (!line.starts_with("  ")) {
        held_ = line;
        break;
      }
      out_ += line + "\n";
      text += line;
    }
    return text;
  }
  void skip_continuation() {
    for (std::string line; next_line(line);)
      if (!line.starts_with("  ")) {
        held_ = line;
        return;
      }
  }

  void pass(std::int64_t ms) { fleet_.timeline.run(fleet_.timeline.now() + ms); }

  void call(const std::string& text) {
    const auto first = text.find(' '), second = text.find(' ', first + 1);
    const std::string service = text.substr(0, first), operation = text.substr(first + 1, second - first - 1);
    const std::string body = second == text.npos ? "{}" : naming_.resolved(text.substr(second + 1));
    std::vector<std::string> paths = projection();
    const wire::Service* found = wire::service_by_id(service);
    if (!found || !found->operation(operation)) return complain("no such operation");
    ApiCall call;
    if (found->protocol == wire::Protocol::json) {
      call = make_json_call(administrator(), region, service, operation, body);
    } else {
      auto input = wire::parse_json(body);
      if (!input) return complain("no JSON");
      call = make_call(administrator(), region, service, operation, *input);
    }
    std::optional<Result<Value>> answer;
    fleet_.network().call("client", life(), std::move(call),
                          [&](Result<Value> result) { answer = std::move(result); });
    while (!answer && fleet_.timeline.step(fleet_.timeline.now() + Network::call_timeout_ms)) {
    }
    show(*found, operation, *answer, paths);
  }

  std::vector<std::string> projection() {
    std::string line;
    if (!next_line(line)) return {};
    if (!line.starts_with("| ")) {
      held_ = line;
      return {};
    }
    out_ += line + "\n";
    return words_of(line.substr(2));
  }

  void show(const wire::Service& service, const std::string& operation, const Result<Value>& answer,
            const std::vector<std::string>& paths) {
    if (!answer && answer.error().http_status == 0) {
      out_ += "< " + answer.error().code + "\n";
      return;
    }
    const auto response =
        answer ? wire::write_response(service, *service.operation(operation), *answer, "request")
               : wire::write_error(service, answer.error(), "request");
    Value shown = answer
                      ? *answer
                      : Value::object({{"code", answer.error().code}, {"message", answer.error().message}});
    if (service.protocol == wire::Protocol::json)
      if (auto parsed = wire::parse_json(response.body.empty() ? "{}" : response.body)) shown = *parsed;
    shown = with_relative_times(shown);
    if (!paths.empty() && answer) shown = projected(shown, paths);
    out_ += "< " + std::to_string(response.status) + " ";
    lay_out(shown, 2, 6);
    out_ += "\n";
  }

  // What fits on a line stands on one.
  void lay_out(const Value& value, std::size_t indent, std::size_t column) {
    const std::string line = naming_.named(wire::write_json(value));
    const bool leaf = !value.is(wire::Kind::object) && !value.is(wire::Kind::list);
    if (leaf || column + line.size() <= line_characters) {
      out_ += line;
      return;
    }
    const std::string next(indent + 2, ' ');
    const bool object = value.is(wire::Kind::object);
    out_ += object ? "{" : "[";
    for (std::size_t i = 0; i < value.size(); ++i) {
      out_ += (i ? ",\n" : "\n") + next;
      const Value& item = object ? value.entries()[i].value : value.at(i);
      const std::string name = object ? "\"" + std::string(value.entries()[i].key.view()) + "\": " : "";
      out_ += name;
      lay_out(item, indent + 2, indent + 2 + name.size());
    }
    out_ += "\n" + next.substr(2) + (object ? "}" : "]");
  }

  std::weak_ptr<const void> life() {
    if (!life_) life_.begin();
    return life_.token();
  }

  std::istringstream in_;
  std::optional<std::string> held_;
  std::string out_;
  Fleet fleet_{1, false};
  GoldenScript script_{fleet_};
  Naming naming_;
  Life life_;
};

}  // namespace

std::string replay_golden(const std::string& text) {
  return Replay(text).out();
}

}  // namespace slipway::sim
