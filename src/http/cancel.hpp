#pragma once

#include <memory>

namespace slipway::http {

class Loop;

// A wish to stop that waits observe: sleeps, reads, whole calls. A handle; copies share one state. A
// default-made Cancel never fires, so it is the natural default parameter.
//
//   Cancel stopping = Cancel::make();
//   while (co_await loop.sleep(1000, stopping)) ...   // ends when somebody calls stopping.request()
class Cancel {
 public:
  Cancel() = default;
  static Cancel make();

  // From any thread, any number of times. Waits on other loops end a moment later, each on its own loop.
  // Must not be called on a Cancel that never fires.
  void request() const;
  bool requested() const;
  bool can_fire() const { return state_ != nullptr; }

  // For those who build waits: `cancelled` is called once, on `loop`, unless detached before. Attach and
  // detach on that loop's thread. On a state already requested, attach returns false and never calls.
  class Hook {
   public:
    virtual ~Hook() = default;
    virtual void cancelled() = 0;

   private:
    friend class Cancel;
    Loop* loop_ = nullptr;
    Hook* previous_ = nullptr;
    Hook* next_ = nullptr;
  };
  bool attach(Loop&, Hook&) const;
  void detach(Hook&) const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace slipway::http
