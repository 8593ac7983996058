#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "agent/image/image.hpp"
#include "agent/task/task_spec.hpp"
#include "agent/task/task_state.hpp"
#include "base/result.hpp"
#include "runtime/container.hpp"
#include "runtime/network.hpp"

namespace slipway::agent {

// What is known when a container starts, besides the definition.
struct StartFacts {
  const ResolvedImage& image;
  runtime::NetworkNamespace network;
  std::string ip;             // its address; empty in modes host and none
  std::string host_hostname;  // mode host
  runtime::Resolvers resolvers;
  std::map<std::string, std::string> addresses;  // of the task's other containers, by name: links
  std::string volumes_dir;                       // of the node
  std::string region, container_endpoint_url;
  std::vector<std::pair<std::string, std::string>> secrets;  // names and values, in order
};

// A container for the host. Errors with Docker's words: "CannotCreateContainerError".
Result<runtime::ContainerSpec> container_spec(const TaskSpec&, const TaskState&, std::size_t container,
                                              const StartFacts&);

// NAME=value, later ones over earlier ones of the same name: the image's, ours that a definition may change
// (AWS_ENDPOINT_URL, AWS_REGION …), the definition's, its secrets, and ours that it may not (credentials, metadata).
std::vector<std::string> container_environment(const TaskSpec&, const TaskState&, std::size_t container,
                                               const StartFacts&, std::string_view hostname);

// "ip-172-31-5-6.ec2.internal" for a task with an interface of its own, the first 12 digits of its id for
// another container.
std::string container_hostname(const TaskSpec&, const TaskState&, std::size_t container, const StartFacts&);

// Where a volume is on the host.
std::string volume_path(const TaskSpec&, const Volume&, std::string_view volumes_dir);

// "SIGTERM", "TERM", "15"; SIGTERM for what is none.
int signal_number(std::string_view name);

}  // namespace slipway::agent
