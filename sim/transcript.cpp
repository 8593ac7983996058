#include "sim/transcript.hpp"

#include <csignal>
#include <cstdio>

#include "base/check.hpp"

namespace slipway::sim {
namespace {

const Transcript* reported = nullptr;
std::string headline_text;

// The process ends anyway: that printing is not safe in a handler can cost the print, nothing more.
void report_abort(int) {
  std::signal(SIGABRT, SIG_DFL);
  if (reported) std::fprintf(stderr, "%s%s\n", reported->last().c_str(), headline_text.c_str());
  std::fflush(stderr);
  std::raise(SIGABRT);
}

}  // namespace

void Transcript::line(const std::string& text) {
  const std::int64_t ms = timeline_.now() - start_;
  char time[32];
  std::snprintf(time, sizeof time, "%8lld.%03lld  ", static_cast<long long>(ms / 1000),
                static_cast<long long>(ms % 1000));
  std::string whole = time + text;
  for (const char c : whole) hash_ = (hash_ ^ std::uint8_t(c)) * 0x100000001b3;  // FNV-1a
  hash_ = (hash_ ^ '\n') * 0x100000001b3;
  ++lines_;
  if (print_) std::printf("%s\n", whole.c_str());
  kept_.push_back(std::move(whole));
  if (kept_.size() > kept_lines) kept_.pop_front();
}

std::string Transcript::last() const {
  std::string text;
  for (const std::string& line : kept_) text += line + "\n";
  return text;
}

CrashReport::CrashReport(const Transcript& transcript, std::string headline) {
  check(!reported, "two runs report their crashes");
  reported = &transcript;
  headline_text = std::move(headline);
  std::signal(SIGABRT, report_abort);
}

CrashReport::~CrashReport() {
  reported = nullptr;
  std::signal(SIGABRT, SIG_DFL);
}

}  // namespace slipway::sim
