#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "runtime/net/state.hpp"
#include "runtime/system/files.hpp"

namespace slipway::runtime {

// Host ports in use, each held by a socket that is bound and never listens: the kernel itself then says
// whether a port is free, whoever has it (a program, Docker, another node on this kernel), and gives it to
// nobody else. Packets do not reach the socket: they are sent on to the container before.
class Ports {
 public:
  // All or none; dynamic ports are chosen here. Error "PortTaken" with Docker's words.
  Result<std::vector<PortMapping>> reserve(const std::string& container, std::span<const PortSpec>);
  // Holds again what an earlier life of ours had; what somebody took meanwhile stays his.
  void restore(const std::string& container, const std::vector<PortMapping>&);
  void release(const std::string& container) { held_.erase(container); }

 private:
  Result<> bind_dynamic(PortMapping&, std::vector<Fd>& into);

  std::map<std::string, std::vector<Fd>> held_;
  std::uint32_t next_dynamic_ = 0;
};

}  // namespace slipway::runtime
