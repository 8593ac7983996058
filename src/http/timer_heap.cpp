#include "http/timer_heap.hpp"

namespace slipway::http {

void TimerHeap::place(Timer& timer, std::size_t index) {
  heap_[index] = &timer;
  timer.index_ = index;
}

void TimerHeap::insert(Timer& timer) {
  heap_.push_back(&timer);
  timer.index_ = heap_.size() - 1;
  sift_up(timer.index_);
}

void TimerHeap::remove(Timer& timer) {
  std::size_t index = timer.index_;
  Timer& last = *heap_.back();
  heap_.pop_back();
  timer.index_ = Timer::none;
  if (&last == &timer) return;
  place(last, index);
  sift_up(index);
  sift_down(last.index_);
}

void TimerHeap::sift_up(std::size_t index) {
  Timer& timer = *heap_[index];
  while (index > 0) {
    std::size_t parent = (index - 1) / 2;
    if (heap_[parent]->due_ms_ <= timer.due_ms_) break;
    place(*heap_[parent], index);
    index = parent;
  }
  place(timer, index);
}

void TimerHeap::sift_down(std::size_t index) {
  Timer& timer = *heap_[index];
  while (true) {
    std::size_t child = 2 * index + 1;
    if (child >= heap_.size()) break;
    if (child + 1 < heap_.size() && heap_[child + 1]->due_ms_ < heap_[child]->due_ms_) ++child;
    if (timer.due_ms_ <= heap_[child]->due_ms_) break;
    place(*heap_[child], index);
    index = child;
  }
  place(timer, index);
}

}  // namespace slipway::http
