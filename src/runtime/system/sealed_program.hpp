#pragma once

#include <sys/stat.h>

#include <string>

#include "runtime/system/files.hpp"

namespace slipway::runtime {

// A program's copy that nobody can change, made once and run many times: a memfd with every seal
// (memfd_create(2), F_ADD_SEALS). One thread at a time.
class SealedProgram {
 public:
  // The path to run `program` by (a name without '/' is looked up in PATH): its copy's, good while this lives
  // and for children of this process; made anew when the file has changed. Where no copy can be made, or the
  // program is no ELF file, `program` itself.
  std::string path(const std::string& program);

 private:
  std::string program_;  // what `copy_` is of
  struct stat file_ = {};
  Fd copy_;
};

}  // namespace slipway::runtime
