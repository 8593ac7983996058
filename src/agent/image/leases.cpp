#include "agent/image/leases.hpp"

#include <unistd.h>

#include "agent/image/files.hpp"
#include "agent/image/json.hpp"
#include "agent/image/reference.hpp"
#include "agent/image/sha256.hpp"
#include "base/limits.hpp"

namespace slipway::agent {
namespace bj = boost::json;

std::string format_lease(const Lease& lease) {
  return bj::serialize(bj::object{{"owner", lease.owner},
                                  {"holder", lease.holder},
                                  {"name", lease.name},
                                  {"manifest", lease.manifest_digest}}) +
         "\n";
}

Result<Lease> parse_lease(std::string_view text) {
  auto document = json::parse(text, "a lease");
  if (!document) return pass(document);
  Lease out{json::string_in(*document, "owner"), json::string_in(*document, "holder"),
            json::string_in(*document, "name"), json::string_in(*document, "manifest")};
  if (!is_digest(out.manifest_digest)) return fail("InvalidImage", "a damaged lease");
  return out;
}

Result<> Leases::put(const Lease& lease) const {
  const std::string path = directory_ + "/" + digest_of(format_lease(lease)).substr(7, 32) + ".json";
  if (exists(path)) return {};
  if (names_in(directory_).size() >= limits::image_leases)
    return fail("ImageStoreBusy", "more than " + std::to_string(limits::image_leases) + " leases of images");
  return write_file(path, format_lease(lease));
}

void Leases::drop(std::string_view owner, std::string_view holder, const std::set<std::string>& kept) const {
  for (const std::string& file : names_in(directory_)) {
    const auto text = read_file(directory_ + "/" + file, limits::image_document_bytes);
    const auto lease = text ? parse_lease(*text) : Result<Lease>(fail("", ""));
    if (!lease || lease->owner != owner) continue;
    if (holder.empty() ? !kept.contains(lease->holder) : lease->holder == holder)
      ::unlink((directory_ + "/" + file).c_str());
  }
}

std::vector<Lease> Leases::live(bool tidy) const {
  std::vector<Lease> out;
  for (const std::string& file : names_in(directory_)) {
    const std::string path = directory_ + "/" + file;
    const auto text = read_file(path, limits::image_document_bytes);
    auto lease = text ? parse_lease(*text) : Result<Lease>(fail("", ""));
    if (lease && exists(lease->owner))
      out.push_back(std::move(*lease));
    else if (tidy && (lease || text))
      ::unlink(path.c_str());  // of a node that is gone, or damaged
  }
  return out;
}

}  // namespace slipway::agent
