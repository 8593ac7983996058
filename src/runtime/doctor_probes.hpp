#pragma once

#include <cstdint>
#include <string>

#include "base/result.hpp"
#include "runtime/linux_host.hpp"

// Things that are only known by trying. Each undoes what it did; errors say what the kernel or the program
// said.
namespace slipway::runtime {

Result<> probe_cgroups(const LinuxHostOptions&);
Result<> probe_network_namespace();  // with a veth pair in it
// What `unshare` of each kind says; empty when all are there.
std::string missing_namespaces();
Result<> probe_user_namespace();
Result<> probe_nftables(const LinuxHostOptions&);
Result<> probe_overlay(const std::string& scratch_directory);
// Runs /bin/true of this host in a container with our defaults.
Result<> probe_crun(const LinuxHostOptions&, const std::string& scratch_directory);

// Of connections tracked now, and of how many can be; 0: the kernel tracks none yet.
Check connections_check(std::int64_t now, std::int64_t most);
// Lines of their own (doctor_limits.cpp).
Check apparmor_check(const LinuxHostOptions&);
Check swap_check();
Check ephemeral_storage_check(const std::string& directory);

}  // namespace slipway::runtime
