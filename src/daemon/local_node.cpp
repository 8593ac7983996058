#include "daemon/local_node.hpp"

#include <sys/stat.h>

#include <fstream>
#include <thread>

#include "agent/agent.hpp"
#include "agent/image/pull.hpp"
#include "agent/image/store.hpp"
#include "agent/image_source.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"
#include "http/loop.hpp"
#include "http/workers.hpp"
#include "runtime/linux_host.hpp"
#include "runtime/system/erofs.hpp"

namespace slipway::daemon {

struct LocalNode::Impl {
  Impl(LocalNodeOptions options_, Clock& clock_) : options(std::move(options_)), clock(clock_) {}

  LocalNodeOptions options;
  Clock& clock;
  SystemRandom random;
  http::WorkerPool workers{limits::node_workers};
  http::Loop loop;
  std::unique_ptr<runtime::Host> host;
  std::unique_ptr<agent::ImageStore> images;
  std::unique_ptr<agent::ImagePuller> puller;
  std::unique_ptr<agent::ImageSource> source;
  std::unique_ptr<agent::Agent> agent;
  http::Cancel stopping = http::Cancel::make();
  std::thread thread;

  http::Task<void> run_agent() {
    auto ended = co_await agent->run(stopping);
    if (!ended) log::error("this host cannot be a node", {{"reason", ended.error().message}});
    // Whoever asks before stop() must still find the loop running.
    co_await loop.sleep(INT64_MAX / 2, stopping);
    loop.stop();
  }
};

LocalNode::LocalNode(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

LocalNode::~LocalNode() {
  stop();
}

Result<std::unique_ptr<LocalNode>> LocalNode::start(LocalNodeOptions options, Clock& clock) {
  auto impl = std::make_unique<Impl>(std::move(options), clock);
  Impl& node = *impl;
  agent::ImageStoreOptions image_options;
  image_options.directory = node.options.images_dir;
  image_options.container_directories = {node.options.data_dir + "/node/containers"};
  image_options.owner = node.options.data_dir;
  image_options.layers = node.options.layers;
  auto images = agent::ImageStore::open(image_options);
  if (images && image_options.layers == agent::LayerForm::erofs) {
    const auto probed =
        runtime::probe_erofs(image_options.directory + "/tmp", agent::erofs_maker(image_options.unpack));
    if (probed) {
      log::info("layers of images are erofs files", {{"how", *probed}});
    } else {
      log::warn("layers of images are directories", {{"reason", probed.error().message}});
      image_options.layers = agent::LayerForm::directory;
      images = agent::ImageStore::open(image_options);
    }
  }
  if (!images) return pass(images);
  node.images = std::move(*images);
  runtime::LinuxHostOptions host_options;
  host_options.node_id = node.options.node_id;
  host_options.node_dir = node.options.data_dir + "/node";
  host_options.supervisor_timeout_ms = node.options.supervisor_timeout_ms;
  node.host = runtime::make_linux_host(host_options);
  node.puller = std::make_unique<agent::ImagePuller>(*node.images, node.workers, node.options.pull);
  node.source = agent::puller_source(*node.puller, *node.images, node.workers, node.options.pull_behavior);

  agent::AgentOptions agent_options;
  agent_options.endpoint = node.options.endpoint;
  agent_options.dialer = node.options.dialer;
  agent_options.region = node.options.region;
  agent_options.credentials = node.options.credentials;
  agent_options.data_dir = node.options.data_dir;
  agent_options.node_id = node.options.node_id;
  agent_options.reserved_ports = node.options.reserved_ports;
  agent_options.host_id = node.options.node_id;
  node.agent = std::make_unique<agent::Agent>(node.loop, node.workers, *node.host, *node.source, clock,
                                              node.random, agent_options);
  http::spawn(node.loop, node.run_agent());
  http::spawn(node.loop, clean_up_images(*node.images, node.loop, node.workers, clock,
                                         node.options.image_cleanup, node.stopping));
  node.thread = std::thread([&node] { node.loop.run(); });
  ::pthread_setname_np(node.thread.native_handle(), "node");
  return std::unique_ptr<LocalNode>(new LocalNode(std::move(impl)));
}

bool LocalNode::connected() {
  auto ask = [](agent::Agent& agent) -> http::Task<bool> { co_return agent.connected(); };
  return impl_->thread.joinable() && http::run_on(impl_->loop, ask(*impl_->agent));
}

std::size_t LocalNode::tasks() {
  auto ask = [](agent::Agent& agent) -> http::Task<std::size_t> { co_return agent.tasks(); };
  return impl_->thread.joinable() ? http::run_on(impl_->loop, ask(*impl_->agent)) : 0;
}

void LocalNode::stop() {
  if (!impl_->thread.joinable()) return;
  impl_->stopping.request();
  impl_->thread.join();
  if (impl_->agent->tasks() == 0)
    if (auto destroyed = impl_->host->destroy(); !destroyed)
      log::warn("something of this node stays on the host", {{"reason", destroyed.error().message}});
}

Result<std::string> node_id_of(const std::string& data_dir) {
  const std::string path = data_dir + "/node-id";
  std::string id;
  if (std::ifstream file(path); file >> id && id.size() == 8) return id;
  SystemRandom random;
  id = random_hex(random, 8);
  std::ofstream file(path, std::ios::trunc);
  file << id << "\n";
  file.flush();
  if (!file) return fail("DataDirectoryUnusable", "cannot write " + path);
  return id;
}

}  // namespace slipway::daemon
