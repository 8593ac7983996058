// bench_policy [--statements 50] [--evaluations 1000000]
// Policies judged, without a server: evaluations per second of one policy and allocations of each. Three
// questions: one that the last statement answers, the same with a condition in every statement, and the
// administrator's. A document's way through the cache is in each.
#include <atomic>
#include <cstdlib>
#include <new>

#include "auth/policy/cache.hpp"
#include "auth/policy/evaluate.hpp"
#include "figures.hpp"

using namespace slipway;
using namespace slipway::auth::policy;

namespace {

std::atomic<std::int64_t> allocations{0};

class Caller final : public Context {
 public:
  bool values(std::string_view key, std::vector<std::string>& out) const override {
    if (key != "aws:username") return false;
    out.emplace_back("ann");
    return true;
  }
};

std::string document(std::int64_t statements, const char* condition) {
  std::string text = R"({"Version":"2012-10-17","Statement":[)";
  for (std::int64_t i = 0; i < statements; ++i) {
    const std::string number = std::to_string(i + 1 == statements ? 0 : i + 1);
    text += std::string(i ? "," : "") +
            R"({"Effect":"Allow","Action":["ecs:Describe*","ecs:StopTask"],"Resource":)" +
            R"("arn:aws:ecs:*:000000000000:task/cluster-)" + number + "/*\"" + condition + "}";
  }
  return text + "]}";
}

void measure(const char* name, std::int64_t statements, std::int64_t evaluations, const std::string& text) {
  Cache cache;
  const Caller context;
  if (!cache.find(text, Use::identity)) bench::give_up("the policy does not compile");
  std::int64_t allowed = 0;
  const std::int64_t before = allocations, begin = bench::monotonic_ns();
  for (std::int64_t i = 0; i < evaluations; ++i) {
    const PolicyPtr policy = cache.find(text, Use::identity);
    const Policies policies{.identity = {&policy, 1}, .boundary = {}, .session = {}};
    allowed +=
        decide(
            policies,
            {"ecs:DescribeTasks", "arn:aws:ecs:us-east-1:000000000000:task/cluster-0/4f2a", context, {}}) ==
        Reason::allowed;
  }
  const double seconds = double(bench::monotonic_ns() - begin) / 1e9;
  if (allowed != evaluations) bench::give_up("the policy does not allow what it should");
  bench::JsonLine(name)
      .add("statements", double(statements))
      .add("document_bytes", double(text.size()))
      .add("ops_per_s", double(evaluations) / seconds)
      .add("ns_per_op", seconds * 1e9 / double(evaluations))
      .add("allocations_per_op", double(allocations - before) / double(evaluations))
      .print();
}

}  // namespace

void* operator new(std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* got = std::malloc(size)) return got;
  throw std::bad_alloc();
}
void operator delete(void* got) noexcept {
  std::free(got);
}
void operator delete(void* got, std::size_t) noexcept {
  std::free(got);
}

int main(int argc, char** argv) {
  const bench::Flags flags(argc, argv);
  const std::int64_t statements = flags.number("statements", 50),
                     evaluations = flags.number("evaluations", 200'000);
  measure("policy", statements, evaluations, document(statements, ""));
  measure("policy-conditions", statements, evaluations,
          document(statements, R"(,"Condition":{"StringEquals":{"aws:username":"ann"}})"));
  measure("policy-administrator", 1, evaluations,
          R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]})");
  return 0;
}
