#pragma once

#include <string>

#include "auth/access_key.hpp"
#include "auth/sealer.hpp"
#include "base/result.hpp"

namespace slipway::daemon {

// How a client reaches a server: what `slipway env` prints.
struct Access {
  std::string endpoint;
  std::string region;
  std::string account;
  auth::AccessKeyPair administrator;
};

// <data-dir>/access: endpoint, region and the administrator's key, sealed under the data directory's key
// file, mode 0600. Whoever can read the key file is the administrator anyway.
Result<> write_access_file(const std::string& data_dir, const auth::Sealer& sealer, const Access& access);
// NotStarted when no server has written one yet.
Result<Access> read_access_file(const std::string& data_dir);

}  // namespace slipway::daemon
