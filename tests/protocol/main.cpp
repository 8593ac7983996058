#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "typed.hpp"
#include "wire/json_text.hpp"

// protocol_test FOLDER EXCLUSIONS: every case of botocore's fixtures of our protocols, as two tests each.
namespace slipway::wire {

namespace {

using CaseBody = void (*)(const Value& suite, const Value& one);

class Case : public testing::Test {
 public:
  Case(Value suite, Value one, CaseBody run, std::string excluded)
      : suite_(std::move(suite)), one_(std::move(one)), run_(run), excluded_(std::move(excluded)) {}

  void TestBody() override {
    if (!excluded_.empty()) GTEST_SKIP() << excluded_;
    run_(suite_, one_);
  }

 private:
  Value suite_, one_;
  CaseBody run_;
  std::string excluded_;
};

class Unavailable : public testing::Test {
 public:
  explicit Unavailable(std::string why) : why_(std::move(why)) {}
  void TestBody() override { GTEST_SKIP() << why_; }

 private:
  std::string why_;
};

class Unused : public testing::Test {
 public:
  void TestBody() override { FAIL() << "exclusions.txt names a case that does not exist"; }
};

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// "<suite>.<case> reason", one a line.
std::map<std::string, std::string> read_exclusions(const std::filesystem::path& path) {
  std::map<std::string, std::string> exclusions;
  std::istringstream lines(read_file(path));
  for (std::string line; std::getline(lines, line);) {
    std::size_t blank = line.find(' ');
    if (!line.empty() && line[0] != '#' && blank != line.npos)
      exclusions[line.substr(0, blank)] = line.substr(blank + 1);
  }
  return exclusions;
}

class Registry {
 public:
  explicit Registry(std::map<std::string, std::string> exclusions) : exclusions_(std::move(exclusions)) {}

  void add_file(const std::filesystem::path& path, const char* what, CaseBody run) {
    Result<Value> suites = parse_json(read_file(path), 1 << 24);
    if (!suites) return add("unreadable_" + path.stem().string(), "fixture", {}, {}, nullptr);
    std::string name = what + ("_" + path.stem().string());
    std::set<std::string> taken;
    for (std::size_t i = 0; i < suites->size(); ++i) {
      const Value& cases = suites->at(i).get("cases");
      for (std::size_t j = 0; j < cases.size(); ++j) {
        std::string id(cases.at(j).get("id").string());
        if (id.empty() || !taken.insert(id).second) id += "_" + std::to_string(i) + "_" + std::to_string(j);
        add(name, id, suites->at(i), cases.at(j), run);
      }
    }
  }

  // An exclusion that no case needs is a lie, and fails.
  void add_unused() {
    for (const auto& [name, why] : exclusions_)
      testing::RegisterTest("exclusions", name.c_str(), nullptr, nullptr, __FILE__, __LINE__,
                            []() -> testing::Test* { return new Unused; });
  }

 private:
  void add(const std::string& suite, const std::string& id, Value model, Value one, CaseBody run) {
    auto excluded = exclusions_.extract(suite + "." + id);
    std::string why = excluded ? excluded.mapped() : "";
    testing::RegisterTest(suite.c_str(), id.c_str(), nullptr, nullptr, __FILE__, __LINE__,
                          [=]() -> testing::Test* { return new Case(model, one, run, why); });
  }

  std::map<std::string, std::string> exclusions_;
};

}  // namespace

}  // namespace slipway::wire

int main(int argc, char** argv) {
  using namespace slipway::wire;  // NOLINT: main is no namespace's
  testing::InitGoogleTest(&argc, argv);
  if (argc != 3) return 2;
  std::filesystem::path folder = argv[1];
  if (!std::filesystem::exists(folder / "version")) {
    std::string why = read_file(folder / "unavailable");
    if (why.empty())
      why = "botocore's fixtures are not here: run ctest, whose test protocol_fixtures fetches them";
    testing::RegisterTest("protocol", "fixtures", nullptr, nullptr, __FILE__, __LINE__,
                          [=]() -> testing::Test* { return new Unavailable(why); });
    return RUN_ALL_TESTS();
  }
  Registry registry(read_exclusions(argv[2]));
  for (const char* name :
       {"json", "json_1_0", "json_1_0-query-compatible", "rest-json", "query", "ec2", "rest-xml"}) {
    std::string file = std::string(name) + ".json";
    registry.add_file(folder / "input" / file, "server_reads", server_reads_request);
    registry.add_file(folder / "input" / file, "client_writes", client_writes_request);
    registry.add_file(folder / "output" / file, "client_reads", client_reads_response);
    registry.add_file(folder / "output" / file, "server_writes", server_answer_reads_back);
  }
  registry.add_unused();
  return RUN_ALL_TESTS();
}
