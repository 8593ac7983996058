#pragma once

#include <functional>
#include <string>

#include "base/result.hpp"
#include "runtime/system/files.hpp"

// Network namespaces held by bind mounts, as ip-netns(8) does it: no process is needed to keep one, and
// dropping the mount is the whole teardown (taking the links away first would cost an RCU grace period for
// each).
namespace slipway::runtime {

// Makes `directory` a mount of its own that hands new mounts on: the supervisor's mount namespace is a copy
// of ours, and crun must find namespaces there that are made later.
Result<> prepare_namespace_directory(const std::string& directory);
Result<> drop_namespace_directory(const std::string& directory);

// Runs `inside` in a new namespace, on a thread of its own, with a descriptor of it; then binds it to `path`.
// Nothing stays where either fails.
Result<> create_namespace(const std::string& path, const std::function<Result<>(int netns)>& inside);
// The same with what exists.
Result<> in_namespace(const std::string& path, const std::function<Result<>()>& inside);
bool is_namespace(const std::string& path);
// Absent is fine.
Result<> drop_namespace(const std::string& path);

}  // namespace slipway::runtime
