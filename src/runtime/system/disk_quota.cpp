#include "runtime/system/disk_quota.hpp"

#include <fcntl.h>
#include <ftw.h>
#include <linux/dqblk_xfs.h>
#include <linux/fs.h>
#include <linux/quota.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>

#include "runtime/system/files.hpp"

namespace slipway::runtime {
namespace {

constexpr int open_descriptors_most = 32;
constexpr std::uint64_t stat_block_bytes = 512;  // of st_blocks, whatever the file system's are

Fd open_directory(const std::string& path) {
  return Fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
}

// By descriptor (Linux 5.14): the device behind a directory need not be found, nor be visible here.
int quota(const Fd& directory, unsigned command, std::uint32_t project, void* argument) {
  return int(::syscall(SYS_quotactl_fd, directory.get(), QCMD(command, PRJQUOTA), project, argument));
}

// nftw(3) hands nothing on to its callback.
thread_local std::uint64_t measured_blocks = 0;

int add_blocks(const char*, const struct stat* status, int kind, struct FTW*) {
  if (kind != FTW_NS) measured_blocks += std::uint64_t(status->st_blocks);
  return 0;
}

}  // namespace

bool enforces_projects(const std::string& directory) {
  const Fd fd = open_directory(directory);
  fs_quota_statv state{};
  state.qs_version = FS_QSTATV_VERSION1;
  return fd && quota(fd, Q_XGETQSTATV, 0, &state) == 0 && (state.qs_flags & FS_QUOTA_PDQ_ENFD) != 0;
}

Result<> set_project(const std::string& directory, std::uint32_t project) {
  const Fd fd = open_directory(directory);
  if (!fd) return fail_errno(directory);
  fsxattr attributes{};
  if (::ioctl(fd.get(), FS_IOC_FSGETXATTR, &attributes) != 0) return fail_errno("project of " + directory);
  attributes.fsx_projid = project;
  attributes.fsx_xflags |= FS_XFLAG_PROJINHERIT;
  if (::ioctl(fd.get(), FS_IOC_FSSETXATTR, &attributes) != 0) return fail_errno("project of " + directory);
  return {};
}

std::uint32_t project_of(const std::string& directory) {
  const Fd fd = open_directory(directory);
  fsxattr attributes{};
  return fd && ::ioctl(fd.get(), FS_IOC_FSGETXATTR, &attributes) == 0 ? attributes.fsx_projid : 0;
}

Result<> limit_project(const std::string& directory, std::uint32_t project, std::uint64_t bytes) {
  const Fd fd = open_directory(directory);
  if (!fd) return fail_errno(directory);
  if_dqblk limits{};
  limits.dqb_bhardlimit = limits.dqb_bsoftlimit = (bytes + QIF_DQBLKSIZE - 1) / QIF_DQBLKSIZE;
  limits.dqb_valid = QIF_BLIMITS;
  if (quota(fd, Q_SETQUOTA, project, &limits) != 0) return fail_errno("quota of " + directory);
  return {};
}

Result<ProjectUse> project_use(const std::string& directory, std::uint32_t project) {
  const Fd fd = open_directory(directory);
  if (!fd) return fail_errno(directory);
  if_dqblk state{};
  if (quota(fd, Q_GETQUOTA, project, &state) != 0) return fail_errno("quota of " + directory);
  return ProjectUse{state.dqb_curspace, state.dqb_bhardlimit * QIF_DQBLKSIZE};
}

std::uint64_t measure_tree(const std::string& directory) {
  measured_blocks = 0;
  ::nftw(directory.c_str(), add_blocks, open_descriptors_most, FTW_PHYS | FTW_MOUNT);
  return measured_blocks * stat_block_bytes;
}

}  // namespace slipway::runtime
