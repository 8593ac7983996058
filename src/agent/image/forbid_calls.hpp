#pragma once

namespace slipway::agent {

// For this process and what it becomes: calls that would let a parser that was taken over use its
// capabilities on the host (mounts, namespaces, files by handle, other processes, the kernel's modules and
// programs) fail with EPERM, and calls in another architecture's numbering end it (seccomp(2)). After
// no_new_privs. False: the kernel has no seccomp.
bool forbid_calls();

}  // namespace slipway::agent
