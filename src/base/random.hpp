#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>

namespace slipway {

// Where ids, secrets and jitter come from. The real one is the kernel's generator; the simulator's is seeded.
class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<std::byte> bytes) = 0;

  std::uint64_t next();
  // Uniform in [0, bound); bound > 0.
  std::uint64_t below(std::uint64_t bound);
};

// getrandom(2). Crashes where the kernel cannot give random bytes: no secret may be guessable.
class SystemRandom final : public Random {
 public:
  void fill(std::span<std::byte> bytes) override;
};

// xoshiro256**: the same bytes from the same seed on every machine. Never for secrets outside a simulation.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed);
  void fill(std::span<std::byte> bytes) override;

 private:
  std::uint64_t step();
  std::array<std::uint64_t, 4> state_;
};

// Lower-case hexadecimal, `digits` long (an ECS task id has 32).
std::string random_hex(Random&, std::size_t digits);
// Letters and digits of `alphabet`, `length` long.
std::string random_text(Random&, std::string_view alphabet, std::size_t length);
// RFC 9562 version 4: "f81d4fae-7dec-41d0-a765-00a0c91e6bf6".
std::string random_uuid(Random&);

}  // namespace slipway
