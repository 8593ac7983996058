#include <cstdio>

#include "core/turn.hpp"
#include "daemon/command_line.hpp"
#include "daemon/config.hpp"
#include "daemon/verbs.hpp"
#include "store/store.hpp"

namespace slipway::daemon {

// `slipway store dump`: every row, one line each: its key, a tab, its fields as JSON. Beside a running server
// it shows what was durable when it began.
int run_store(std::span<const char* const> arguments) {
  std::string data_dir = default_data_dir();
  CLI::App app("The control plane's state on disk.", "slipway store");
  app.require_subcommand(1);
  auto* dump = app.add_subcommand("dump", "print every row (secrets stay sealed)");
  dump->add_option("--data-dir", data_dir, "whose state");
  if (auto parsed = parse_words(app, arguments); !parsed) return report_error(parsed.error());
  auto store = store::open_rocksdb_store_for_reading(data_dir + "/state");
  if (!store) return report_error(store.error());
  core::State state;
  auto printed = (*store)->load([&](std::string_view row, std::string_view value) -> Result<> {
    std::string_view kind;
    std::string key;
    auto* table = core::split_row(row, kind, key) ? state.table(kind) : nullptr;
    const auto line = table ? table->describe_row(value) : std::nullopt;
    std::printf("%.*s\t%s\n", int(row.size()), row.data(), line ? line->c_str() : "(unreadable)");
    return {};
  });
  if (!printed) return report_error(printed.error());
  return 0;
}

}  // namespace slipway::daemon
