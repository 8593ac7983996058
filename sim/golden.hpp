#pragma once

#include <string>

namespace slipway::sim {

// Golden transcripts (tests/transcripts/README.md): API calls and what happens to a small fleet, in virtual
// time, as text. Each line says by its first character what it is:
//
//   # words                     for people
//   ! node n1 …, ! crash …      something happens (see README.md)
//   @ +30s                      time passes
//   > ecs RunTask {…}           a call; lines that start with two spaces belong to it
//   | tasks.lastStatus …        of the next answer only these members
//   < 200 {…}                   the answer to the last call, written by --accept
//
// Gives the text as it came out: the same where the product does what the transcript says.
std::string replay_golden(const std::string& text);

}  // namespace slipway::sim
