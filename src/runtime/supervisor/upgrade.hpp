#pragma once

#include <map>
#include <string>

#include "base/result.hpp"
#include "runtime/supervisor/stdio.hpp"

namespace slipway::runtime {

// What a supervisor hands to the program that takes its place by exec: open descriptors. Everything else lies
// in the containers' directories. Written to a memfd as lines, "listener 5"; a reader passes over lines that
// it does not know.
struct Handover {
  int listener = -1;
  int lock = -1;
  std::map<int, bool> clients;  // and whether they are subscribed
  std::map<std::string, Stdio::Kept> stdio;
  int asking_client = -1;  // who waits for the answer to "upgrade"
  std::string asking_number;
};

std::string handover_text(const Handover&);
Handover parse_handover(const std::string&);

// The descriptors survive exec, or do not.
void keep_over_exec(const Handover&, bool keep);

// Returns only where it could not be done.
Error exec_with(const std::string& path, const std::vector<std::string>& arguments, const Handover&);

}  // namespace slipway::runtime
