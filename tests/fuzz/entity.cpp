#include "core/state.hpp"
#include "core/turn.hpp"
#include "fuzz.hpp"

// The bytes of a row, of any kind. What is read and written again is stable; damaged bytes are refused, no
// more.
using namespace slipway;

namespace {

template <core::Entity E>
void decode_one(std::string_view bytes) {
  E entity;
  if (!core::decode(bytes, entity)) return;
  (void)core::describe(entity);
  const std::string written = core::encode(entity);
  E again;
  fuzz::expect(core::decode(written, again) && core::encode(again) == written);
}

template <class... Entities>
void decode_chosen(std::size_t chosen, std::string_view bytes) {
  std::size_t i = 0;
  ((i++ == chosen ? decode_one<Entities>(bytes) : void()), ...);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace slipway::core;
  std::string_view bytes = fuzz::text_of(data, size);
  const std::size_t chosen = fuzz::choose(bytes, 21);
  decode_chosen<TurnMark, Account, IdempotencyToken, host::Host, ecs::Cluster, ecs::TaskDefinition,
                ecs::TaskDefinitionFamily, ecs::Task, ecs::ContainerInstance, ec2::Vpc, ec2::Subnet,
                ec2::SecurityGroup, ec2::NetworkInterface, iam::User, iam::Role, iam::AccessKey,
                logs::LogGroup, logs::LogStream, iam::ManagedPolicy, iam::Group, iam::InstanceProfile>(chosen,
                                                                                                       bytes);
  State state;
  (void)load_row(state, bytes.substr(0, bytes.find('\n')), bytes);
  return 0;
}
