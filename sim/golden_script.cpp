#include "sim/golden_script.hpp"

#include <charconv>

namespace slipway::sim {
namespace {

std::int64_t number(const std::string& text) {
  std::int64_t value = -1;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace

std::int64_t parse_duration(const std::string& text) {
  std::int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  const std::string unit(stop, end);
  if (error != std::errc()) return -1;
  if (unit == "ms") return value;
  if (unit == "s") return value * 1'000;
  if (unit == "m") return value * 60'000;
  if (unit == "h") return value * 3'600'000;
  return -1;
}

Fates GoldenScript::fates() {
  Fates fates;
  fates.image = [this](const std::string& name) {
    auto known = images_.find(name);
    return known == images_.end() ? ImageFate{.error = {}, .pull_ms = 1'000} : known->second;
  };
  fates.set_up = [] { return SetUpFate{.error = {}, .set_up_ms = 100}; };
  fates.container = [this](const std::string& name) {
    auto known = containers_.find(name);
    return known == containers_.end() ? ContainerFate{.start_error = {}, .start_ms = 200, .term_ms = 100}
                                      : known->second;
  };
  return fates;
}

bool GoldenScript::happen(const std::vector<std::string>& words) {
  if (words.empty()) return false;
  if (words[0] == "image" && words.size() >= 3) return image(words);
  if (words[0] == "container" && words.size() >= 3) return container(words);
  if (words[0] == "node" && words.size() == 6 && words[2] == "cpu" && words[4] == "memory") {
    fleet_
        .add_node({.name = words[1], .cpu_units = number(words[3]), .memory_mib = number(words[5])}, fates())
        .start_agent();
    return true;
  }
  if (words[0] == "crash" && words.size() == 1) {
    fleet_.crash_server("the transcript wants it");
    fleet_.start_server();
    return true;
  }
  if (words[0] == "server" && words.size() == 2) {
    if (words[1] == "dies") fleet_.crash_server("the transcript wants it");
    if (words[1] == "starts") fleet_.start_server();
    return words[1] == "dies" || words[1] == "starts";
  }
  std::string what;
  for (std::size_t i = 1; i < words.size(); ++i) what += (i > 1 ? " " : "") + words[i];
  return node(words[0], what);
}

// image NAME is missing | pulls in 10s | exits 3 after 5s | is killed for memory after 5s | ignores SIGTERM |
// does not start
bool GoldenScript::image(const std::vector<std::string>& words) {
  const std::string& name = words[1];
  std::string what;
  for (std::size_t i = 2; i < words.size(); ++i) what += (i > 2 ? " " : "") + words[i];
  ContainerFate& fate =
      containers_.try_emplace(name, ContainerFate{.start_error = {}, .start_ms = 200, .term_ms = 100})
          .first->second;
  if (what == "is missing") {
    images_[name] = {
        {"CannotPullContainerError", "pull access denied for " + name + ", repository does not exist", 0},
        1'000};
  } else if (what.starts_with("pulls in ")) {
    images_[name] = {{}, parse_duration(words.back())};
  } else if (what.starts_with("is killed for memory after ")) {
    fate.oom_killed = true;
    fate.run_ms = parse_duration(words.back());
  } else if (words[2] == "exits" && words.size() == 6) {
    fate.exit_code = int(number(words[3]));
    fate.run_ms = parse_duration(words.back());
  } else if (what == "ignores SIGTERM") {
    fate.ignores_term = true;
  } else if (what == "does not start") {
    fate.start_error = {"CannotStartContainerError",
                        "exec: \"" + name + "\": executable file not found in $PATH", 0};
  } else {
    return false;
  }
  return true;
}

// container TASK/NAME exits 3 | is killed for memory
bool GoldenScript::container(const std::vector<std::string>& words) {
  const auto slash = words[1].find('/');
  const std::string id = words[1].substr(0, slash),
                    name = slash == std::string::npos ? "" : words[1].substr(slash + 1);
  for (const auto& node : fleet_.nodes()) {
    const TaskAgent* task = node->task(id);
    const auto at = task ? task->machine().spec().index_of(name) : std::nullopt;
    if (!at) continue;
    const std::string container_id = task->machine().state().containers[*at].id;
    if (words[2] == "exits" && words.size() == 4)
      node->host().exit(container_id, int(number(words[3])), false);
    else
      node->host().exit(container_id, 137, true);
    return true;
  }
  return false;
}

bool GoldenScript::node(const std::string& name, const std::string& what) {
  for (const auto& node : fleet_.nodes()) {
    if (node->name() != name) continue;
    if (what == "agent dies")
      node->kill_agent();
    else if (what == "agent starts")
      node->start_agent();
    else if (what == "reboots")
      node->reboot();
    else if (what == "is cut off") {
      fleet_.network().cut(name);
      node->break_link();
    } else if (what == "is back")
      fleet_.network().heal(name);
    else if (what == "link breaks")
      node->break_link();
    else
      return false;
    return true;
  }
  return false;
}

}  // namespace slipway::sim
