#include <map>

#include "store/store.hpp"

namespace slipway::store {
namespace {

class MemoryStore final : public Store {
 public:
  Result<> commit(const std::vector<Write>& batch) override {
    for (const Write& write : batch) {
      if (write.value)
        rows_.insert_or_assign(write.row, *write.value);
      else
        rows_.erase(write.row);
    }
    return {};
  }

  Result<> load(const std::function<Result<>(std::string_view, std::string_view)>& visit) override {
    for (const auto& [row, value] : rows_)
      if (auto visited = visit(row, value); !visited) return pass(visited);
    return {};
  }

 private:
  std::map<std::string, std::string> rows_;
};

}  // namespace

std::unique_ptr<Store> open_memory_store() {
  return std::make_unique<MemoryStore>();
}

}  // namespace slipway::store
