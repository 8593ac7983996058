#include "daemon/access_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <iterator>

#include "auth/key_file.hpp"
#include "wire/json_text.hpp"

namespace slipway::daemon {
namespace {

constexpr std::string_view purpose = "access file";

std::string path_in(const std::string& data_dir) {
  return data_dir + "/access";
}

Result<> write_private_file(const std::string& path, std::string_view contents) {
  const std::string temporary = path + ".new";
  const int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const bool written = fd >= 0 && ::write(fd, contents.data(), contents.size()) == ssize_t(contents.size());
  if (fd >= 0) ::close(fd);
  if (!written || ::rename(temporary.c_str(), path.c_str()) != 0)
    return fail("DataDirectoryUnusable", "cannot write " + path + ": " + std::strerror(errno));
  return {};
}

}  // namespace

Result<> write_access_file(const std::string& data_dir, const auth::Sealer& sealer, const Access& access) {
  SystemRandom random;
  const std::string text =
      wire::write_json(wire::Value::object({{"endpoint", access.endpoint},
                                            {"region", access.region},
                                            {"account", access.account},
                                            {"accessKeyId", access.administrator.access_key_id},
                                            {"secretAccessKey", access.administrator.secret_access_key}}));
  return write_private_file(path_in(data_dir), sealer.seal(random, text, purpose));
}

Result<Access> read_access_file(const std::string& data_dir) {
  std::ifstream file(path_in(data_dir), std::ios::binary);
  if (!file)
    return fail(
        "NotStarted",
        "no server has run with the data directory " + data_dir +
            " yet (or it is not yours to read): start `slipway server`, or name another with --data-dir");
  const std::string sealed((std::istreambuf_iterator<char>(file)), {});
  auto key = auth::load_key_file(data_dir + "/key");
  if (!key) return pass(key);
  auto text = auth::Sealer(*key).open(sealed, purpose);
  auto value = text ? wire::parse_json(*text) : Result<wire::Value>(fail("KeyFile", ""));
  if (!value) return fail("KeyFile", "the key file of " + data_dir + " does not open its access file");
  Access access;
  access.endpoint = value->get("endpoint").string();
  access.region = value->get("region").string();
  access.account = value->get("account").string();
  access.administrator.access_key_id = value->get("accessKeyId").string();
  access.administrator.secret_access_key = value->get("secretAccessKey").string();
  return access;
}

}  // namespace slipway::daemon
