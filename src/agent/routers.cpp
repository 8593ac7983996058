#include "agent/routers.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"

namespace slipway::agent {

namespace {

constexpr std::int64_t idle_ms = 60'000;  // a service that restarts its tasks keeps its router
constexpr std::uint16_t http_port = 80;

}  // namespace

Routers::Routers(http::Loop& loop, http::WorkerPool& workers, runtime::Host& host, MetadataEndpoint& metadata,
                 TaskFiles& files)
    : loop_(loop), workers_(workers), host_(host), metadata_(metadata), files_(files), background_(loop) {}

http::Task<void> Routers::recover() {
  TaskFiles& files = files_;
  std::vector<std::string> ids =
      co_await http::run_blocking(workers_, [&files] { return files.read_routers(); });
  for (const std::string& id : ids) {
    routers_[id].made = true;
    background_.start(take_down_later(id, 0));
  }
}

// On disk before a router is made, and when one is gone.
http::Task<void> Routers::remember() {
  std::vector<std::string> ids;
  for (const auto& [id, router] : routers_)
    if (router.made) ids.push_back(id);
  TaskFiles& files = files_;
  Result<> written =
      co_await http::run_blocking(workers_, [&files, ids] { return files.write_routers(ids); });
  if (!written) log::warn("cannot keep the list of routers", {{"error", written.error().message}});
}

http::Task<Result<>> Routers::hold(runtime::VpcSpec vpc) {
  Router& router = routers_[vpc.vpc_id];
  ++router.holders;
  ++router.generation;
  if (router.ready && has_all(router, vpc)) co_return Result<>{};
  Gate::Pass turn = co_await router.gate.enter();
  if (router.ready && has_all(router, vpc)) co_return Result<>{};
  Result<> made = router.ready ? co_await extend(vpc) : co_await make(router, vpc);
  if (!made) {
    --router.holders;
    co_return made;
  }
  if (!router.ready) router.blocks = router.gateways = {};
  router.blocks.insert(vpc.cidrs.begin(), vpc.cidrs.end());
  router.gateways.insert(vpc.gateways.begin(), vpc.gateways.end());
  router.ready = true;
  co_return made;
}

bool Routers::has_all(const Router& router, const runtime::VpcSpec& vpc) {
  return std::ranges::all_of(vpc.cidrs, [&](const auto& each) { return router.blocks.contains(each); }) &&
         std::ranges::all_of(vpc.gateways, [&](const auto& each) { return router.gateways.contains(each); });
}

http::Task<Result<>> Routers::extend(runtime::VpcSpec vpc) {
  runtime::Host& host = host_;
  co_return co_await http::run_blocking(workers_, [&host, vpc]() -> Result<> {
    Result<runtime::VpcNetwork> network = host.ensure_vpc(vpc);
    if (!network) return pass(network);
    return {};
  });
}

http::Task<Result<>> Routers::make(Router& router, runtime::VpcSpec vpc) {
  runtime::Host& host = host_;
  std::string id = vpc.vpc_id;
  bool own = id == runtime::bridge_router;
  if (!own && !router.made) {
    router.made = true;
    co_await remember();
  }
  Result<int> listener = co_await http::run_blocking(workers_, [&host, vpc, own]() -> Result<int> {
    if (!own) {
      Result<runtime::VpcNetwork> network = host.ensure_vpc(vpc);
      if (!network) return pass(network);
      for (const std::string& note : network->notes)
        log::info("network", {{"vpc", vpc.vpc_id}, {"note", note}});
    }
    return host.open_listener(vpc.vpc_id, runtime::metadata_address, http_port);
  });
  if (!listener) co_return pass(listener);
  Result<http::Server::ListenerId> adopted = metadata_.listen(id, *listener);
  if (!adopted) co_return pass(adopted);
  router.listener = *adopted;
  co_return Result<>{};
}

void Routers::release(const std::string& vpc_id) {
  auto at = routers_.find(vpc_id);
  if (at == routers_.end() || at->second.holders == 0) return;
  if (--at->second.holders == 0) background_.start(take_down_later(vpc_id, at->second.generation));
}

http::Task<void> Routers::take_down_later(std::string vpc_id, std::uint64_t generation) {
  if (!co_await loop_.sleep(idle_ms, stopping_)) co_return;
  Router& router = routers_[vpc_id];
  Gate::Pass turn = co_await router.gate.enter();
  if (router.holders > 0 || router.generation != generation) co_return;
  if (router.ready) metadata_.close(router.listener);
  router.ready = false;
  if (!router.made) co_return;
  runtime::Host& host = host_;
  Result<> gone = co_await http::run_blocking(workers_, [&host, vpc_id] { return host.delete_vpc(vpc_id); });
  if (!gone) log::warn("cannot remove a router", {{"vpc", vpc_id}, {"error", gone.error().message}});
  router.made = !gone;
  co_await remember();
}

http::Task<void> Routers::stop() {
  stopping_.request();
  co_await background_.join();
}

}  // namespace slipway::agent
