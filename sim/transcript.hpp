#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>

#include "sim/timeline.hpp"

namespace slipway::sim {

// What happened in a run: the last lines for people, and a hash of all of them, by which two runs of one seed
// are compared.
class Transcript {
 public:
  // `print`: every line also goes to stdout as it comes.
  explicit Transcript(Timeline& timeline, bool print = false) : timeline_(timeline), print_(print) {}

  void line(const std::string& text);

  std::uint64_t hash() const { return hash_; }
  std::uint64_t lines() const { return lines_; }
  std::string last() const;  // the last lines, oldest first

 private:
  static constexpr std::size_t kept_lines = 120;

  Timeline& timeline_;
  bool print_;
  Instant start_ = timeline_.now();
  std::uint64_t hash_ = 0xcbf29ce484222325;
  std::uint64_t lines_ = 0;
  std::deque<std::string> kept_;
};

// While it lives, a broken invariant (base/check.hpp) prints this text and the transcript's last lines before
// the process ends. One at a time.
class CrashReport {
 public:
  CrashReport(const Transcript& transcript, std::string headline);
  ~CrashReport();
  CrashReport(const CrashReport&) = delete;
  CrashReport& operator=(const CrashReport&) = delete;
};

}  // namespace slipway::sim
