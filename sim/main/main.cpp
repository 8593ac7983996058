#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.hpp"
#include "sim/evolution.hpp"
#include "sim/golden.hpp"
#include "sim/world.hpp"

namespace {

constexpr const char* usage =
    "slipway_simulator --seed N [--verbose]               one run\n"
    "slipway_simulator --seeds FIRST COUNT                many; stops at the first that fails\n"
    "slipway_simulator --transcripts DIRECTORY [--accept] replays *.t; --accept writes what came out\n"
    "slipway_simulator --fixtures DIRECTORY               writes store images of this build\n";

// The first line in which they differ, both ways.
void show_difference(const std::string& path, const std::string& expected, const std::string& found) {
  std::istringstream before(expected), after(found);
  std::string was, is;
  for (int line = 1;; ++line) {
    const bool more = bool(std::getline(before, was)), much = bool(std::getline(after, is));
    if (!more && !much) return;
    if (more && much && was == is) continue;
    std::fprintf(stderr, "%s:%d\n  expected  %s\n  found     %s\n", path.c_str(), line,
                 more ? was.c_str() : "(the end)", much ? is.c_str() : "(the end)");
    return;
  }
}

int run_transcripts(const std::string& directory, bool accept) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory))
    if (entry.path().extension() == ".t") files.push_back(entry.path());
  std::ranges::sort(files);
  int differ = 0;
  for (const auto& path : files) {
    std::stringstream text;
    text << std::ifstream(path).rdbuf();
    const std::string found = slipway::sim::replay_golden(text.str());
    if (found == text.str()) continue;
    ++differ;
    if (accept)
      std::ofstream(path) << found;
    else
      show_difference(path.string(), text.str(), found);
  }
  std::printf("%zu transcripts, %d %s\n", files.size(), differ, accept ? "written anew" : "differ");
  return accept || differ == 0 ? 0 : 1;
}

int write_fixtures(const std::string& directory) {
  std::ofstream(directory + "/every-field.jsonl")
      << slipway::sim::format_fixture(slipway::sim::every_field_rows());
  std::ofstream(directory + "/small-store.jsonl")
      << slipway::sim::format_fixture(slipway::sim::small_store_rows());
  return 0;
}

int run_seeds(std::uint64_t first, std::uint64_t count, bool verbose) {
  const auto started = std::chrono::steady_clock::now();
  std::uint64_t turns = 0, calls = 0, crashes = 0;
  std::int64_t virtual_ms = 0;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    const auto result = slipway::sim::run({.seed = seed, .verbose = verbose});
    if (result.failure) {
      std::fprintf(stderr, "%s\n", result.failure->c_str());
      return 1;
    }
    turns += result.turns, calls += result.calls, crashes += result.crashes, virtual_ms += result.virtual_ms;
    if (count == 1)
      std::printf("seed %llu: transcript %016llx\n", static_cast<unsigned long long>(seed),
                  static_cast<unsigned long long>(result.hash));
  }
  const double real_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  std::printf("%llu seeds: %llu turns, %llu calls, %llu crashes, %.1f h of virtual time in %.1f s\n",
              static_cast<unsigned long long>(count), static_cast<unsigned long long>(turns),
              static_cast<unsigned long long>(calls), static_cast<unsigned long long>(crashes),
              double(virtual_ms) / 3'600'000, real_s);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  slipway::log::set_level(slipway::log::Level::error);
  std::uint64_t first = 1, count = 1;
  bool verbose = false, accept = false;
  std::string transcripts;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--verbose") {
      verbose = true;
    } else if (argument == "--accept") {
      accept = true;
    } else if (argument == "--fixtures" && i + 1 < argc) {
      return write_fixtures(argv[i + 1]);
    } else if (argument == "--transcripts" && i + 1 < argc) {
      transcripts = argv[++i];
    } else if (argument == "--seed" && i + 1 < argc) {
      first = std::strtoull(argv[++i], nullptr, 10);
    } else if (argument == "--seeds" && i + 2 < argc) {
      first = std::strtoull(argv[++i], nullptr, 10);
      count = std::strtoull(argv[++i], nullptr, 10);
    } else {
      std::fputs(usage, stderr);
      return 2;
    }
  }
  if (!transcripts.empty()) return run_transcripts(transcripts, accept);
  return run_seeds(first, count, verbose);
}
