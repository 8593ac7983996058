#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "http/loop.hpp"

namespace slipway::http {

// The armed timers of one loop, earliest first: a binary heap that knows each timer's place, so that moving
// and removing cost O(log n) and nothing is allocated per wait.
class TimerHeap {
 public:
  bool empty() const { return heap_.empty(); }
  std::size_t size() const { return heap_.size(); }
  Timer& earliest() const { return *heap_.front(); }

  void insert(Timer&);
  void remove(Timer&);

 private:
  void place(Timer& timer, std::size_t index);
  void sift_up(std::size_t index);
  void sift_down(std::size_t index);

  std::vector<Timer*> heap_;
};

}  // namespace slipway::http
