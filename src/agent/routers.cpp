#include "agent/routers.hpp"

#include <utility>

#include "base/log.hpp"

namespace slipway::agent {

namespace {

constexpr std::int64_t idle_ms = 60'000;  // a service that restarts its tasks keeps its router
constexpr std::uint16_t http_port = 80;

}  // namespace

Routers::Routers(http::Loop& loop, http::WorkerPool& workers, runtime::Host& host, MetadataEndpoint& metadata)
    : loop_(loop), workers_(workers), host_(host), metadata_(metadata), background_(loop) {}

http::Task<Result<>> Routers::hold(runtime::VpcSpec vpc) {
  Router& router = routers_[vpc.vpc_id];
  ++router.holders;
  ++router.generation;
  if (router.ready) co_return Result<>{};
  Gate::Pass turn = co_await router.gate.enter();
  if (router.ready) co_return Result<>{};
  Result<> made = co_await make(router, std::move(vpc));
  router.ready = made.has_value();
  if (!made) --router.holders;
  co_return made;
}

http::Task<Result<>> Routers::make(Router& router, runtime::VpcSpec vpc) {
  runtime::Host& host = host_;
  std::string id = vpc.vpc_id;
  bool own = id == runtime::bridge_router;
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
  if (router.holders > 0 || router.generation != generation || !router.ready) co_return;
  router.ready = false;
  metadata_.close(router.listener);
  if (vpc_id == runtime::bridge_router) co_return;
  runtime::Host& host = host_;
  Result<> gone = co_await http::run_blocking(workers_, [&host, vpc_id] { return host.delete_vpc(vpc_id); });
  if (!gone) log::warn("cannot remove a router", {{"vpc", vpc_id}, {"error", gone.error().message}});
}

http::Task<void> Routers::stop() {
  stopping_.request();
  co_await background_.join();
}

}  // namespace slipway::agent
