#include "agent/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

#include "base/log.hpp"

// Task files are not synced: a kill does not lose what the kernel has, and after a power cut the containers
// are gone with the files' last words.
namespace slipway::agent {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view task_volume = "task-";

std::unexpected<Error> data_error(const char* verb, const std::string& path, int error) {
  return fail("AgentDataError", std::string(verb) + " " + path + ": " + std::strerror(error), 500);
}

Result<> make_directory(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return data_error("mkdir", path, errno);
  return {};
}

Result<> write_all(int fd, std::string_view text, const std::string& path) {
  while (!text.empty()) {
    ssize_t n = ::write(fd, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return data_error("write", path, errno);
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  return {};
}

Result<> replace(const std::string& path, std::string_view text, bool sync) {
  std::string aside = path + ".new";
  int fd = ::open(aside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return data_error("open", aside, errno);
  Result<> written = write_all(fd, text, aside);
  if (written && sync && ::fsync(fd) != 0) written = data_error("sync", aside, errno);
  ::close(fd);
  if (written && ::rename(aside.c_str(), path.c_str()) != 0) written = data_error("rename", aside, errno);
  if (!written) ::unlink(aside.c_str());
  return written;
}

Result<std::string> read(const std::string& path) {
  std::ifstream file(path);
  if (!file) return data_error("open", path, errno);
  std::ostringstream text;
  text << file.rdbuf();
  if (file.bad()) return data_error("read", path, EIO);
  return text.str();
}

}  // namespace

Result<> TaskFiles::prepare() {
  for (const std::string& path :
       {directory_, directory_ + "/tasks", directory_ + "/logs", directory_ + "/volumes"})
    if (Result<> made = make_directory(path); !made) return made;
  return {};
}

std::string TaskFiles::task_file(std::string_view task_id) const {
  return directory_ + "/tasks/" + std::string(task_id) + ".json";
}

std::string TaskFiles::log_position(std::string_view container_id) const {
  return directory_ + "/logs/" + std::string(container_id);
}

std::string TaskFiles::task_volumes(std::string_view task_id) const {
  return volumes_dir() + "/" + std::string(task_volume) + std::string(task_id);
}

Result<std::vector<TaskFiles::StoredTask>> TaskFiles::tasks() {
  std::vector<StoredTask> out;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory_ + "/tasks", error)) {
    if (entry.path().extension() != ".json") continue;
    Result<std::string> text = read(entry.path().string());
    if (!text) return pass(text);
    out.push_back({entry.path().stem().string(), std::move(*text)});
  }
  if (error) return data_error("read", directory_ + "/tasks", error.value());
  return out;
}

Result<> TaskFiles::write_task(std::string_view task_id, std::string_view json) {
  return replace(task_file(task_id), json, false);
}

Result<> TaskFiles::set_aside(std::string_view task_id) {
  std::string file = task_file(task_id);
  std::error_code error;
  if (fs::file_size(file, error) == 0 && ::unlink(file.c_str()) == 0) return {};
  if (::rename(file.c_str(), (file + ".unreadable").c_str()) != 0) return data_error("rename", file, errno);
  return {};
}

Result<> TaskFiles::remove_task(std::string_view task_id, const std::vector<std::string>& container_ids) {
  std::error_code error;
  for (const std::string& id : container_ids) fs::remove(log_position(id), error);
  fs::remove_all(task_volumes(task_id), error);
  if (error) log::warn("cannot remove a task's volumes", {{"task", task_id}, {"error", error.message()}});
  // Last: while it is there, another life of ours finishes this.
  std::string file = task_file(task_id);
  if (::unlink(file.c_str()) != 0 && errno != ENOENT) return data_error("remove", file, errno);
  return {};
}

void TaskFiles::sweep(const std::set<std::string>& task_ids, const std::set<std::string>& container_ids) {
  std::vector<fs::path> over;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory_ + "/logs", error))
    if (!container_ids.contains(entry.path().stem().string())) over.push_back(entry.path());
  for (const fs::directory_entry& entry : fs::directory_iterator(volumes_dir(), error)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(task_volume) && !task_ids.contains(name.substr(task_volume.size())))
      over.push_back(entry.path());
  }
  for (const fs::path& path : over) {
    fs::remove_all(path, error);
    if (error) log::warn("cannot remove", {{"file", path.string()}, {"error", error.message()}});
  }
}

Result<std::optional<std::string>> TaskFiles::read_instance() {
  std::string path = directory_ + "/instance.json";
  if (::access(path.c_str(), F_OK) != 0 && errno == ENOENT) return std::nullopt;
  Result<std::string> text = read(path);
  if (!text) return pass(text);
  return std::move(*text);
}

Result<> TaskFiles::write_instance(std::string_view json) {
  return replace(directory_ + "/instance.json", json, true);
}

Result<> TaskFiles::remove_instance() {
  std::string path = directory_ + "/instance.json";
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return data_error("remove", path, errno);
  return {};
}

std::vector<std::string> TaskFiles::read_routers() {
  std::ifstream file(directory_ + "/routers");
  std::vector<std::string> ids;
  for (std::string line; std::getline(file, line);)
    if (!line.empty()) ids.push_back(line);
  return ids;
}

Result<> TaskFiles::write_routers(const std::vector<std::string>& vpc_ids) {
  std::string text;
  for (const std::string& id : vpc_ids) text += id + "\n";
  return replace(directory_ + "/routers", text, false);
}

}  // namespace slipway::agent
