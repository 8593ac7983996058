#pragma once

#include <map>
#include <set>
#include <string>

#include "core/turn.hpp"
#include "sim/check_state.hpp"
#include "wire/value.hpp"

namespace slipway::sim {

// Judges changes, where check_state judges states: what may follow what, and what nobody may take back once
// it was told to somebody.
class Progress {
 public:
  // After a turn: versions count up, a task's statuses go forward along the eight, reasons and exit codes
  // stay, definitions do not change under their number, stopped tasks are kept for their hour.
  Wrong turn_ended(const core::State& state, const core::Outcome& outcome, Instant now);

  // What was told: a reply that left, with these tasks in it; a payload that reached a node; a call that was
  // acknowledged or merely stepped.
  void saw_task(const wire::Value& task);
  void saw_definition(const wire::Value& definition);
  void handed_over(const std::string& task_arn) { told_.insert(task_arn); }
  // What RunTask answered for a token: the same tasks each time.
  Wrong answered(const std::string& client_token, const wire::Value& tasks);
  // RunTask or StartTask placed so many tasks under this unique startedBy.
  void placed(const std::string& started_by, std::size_t tasks) { placed_[started_by] = tasks; }

  // After a crash: nothing that was told is missing or younger than it was told, and every RunTask is there
  // whole or not at all.
  Wrong reloaded(const core::State& state);

 private:
  struct Seen {
    std::int64_t version = 0;
    int rank = 0;
    bool stop_wanted = false;
  };

  Wrong task_changed(const std::string& key, const core::ecs::Task* after, Instant now);

  std::map<std::string, core::Table<core::ecs::Task>::Row> tasks_;
  std::map<std::string, core::Table<core::ecs::TaskDefinition>::Row> definitions_;
  std::map<std::string, Seen> seen_;              // by task ARN
  std::map<std::string, bool> definitions_seen_;  // by ARN: whether INACTIVE was seen
  std::set<std::string> told_;
  std::map<std::string, std::size_t> placed_;
  std::map<std::string, std::set<std::string>> answers_;  // by client token: ARNs
  std::set<std::string> forgotten_;                       // ARNs of tasks whose hour was over
};

}  // namespace slipway::sim
