// One call of a user's hook: HookSink::Call, and the template around every such call.

#ifndef LDICOMNET_CPP_HOOK_CALL_H
#define LDICOMNET_CPP_HOOK_CALL_H

#include <atomic>
#include <cstdint>
#include <exception>
#include <thread>

#include "hook_sink.h"
#include "ldicomnet/src/bridge/ffi.rs.h"
#include "text.h"

namespace ldicomnet::detail {

// Lives on the stack of the thread that runs the hook. It enters itself into its sink if the call is admitted, and its
// destructor takes it out, by return or by exception alike.
class HookSink::Call {
 public:
  Call(const HookSink& sink, std::uint32_t generation, Order order);
  ~Call();
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  // The user's object, or NULL when the call is refused.
  LDicomNet* owner() const { return owner_; }
  const Call* next() const { return next_; }
  std::thread::id thread() const { return thread_; }
  std::uint32_t generation() const { return generation_; }
  Order order() const { return order_; }
  // Whether the owner is of a class derived from LDicomNet, whose hooks may use members that die before ~LDicomNet.
  bool is_of_derived_class() const { return is_of_derived_class_.load(std::memory_order_relaxed); }

  // What GetCommandSet() answers on this thread during the call. Only that thread reads and writes it.
  LDicomDS* command_set() const { return command_set_; }
  void set_command_set(LDicomDS* command_set) { command_set_ = command_set; }

  // The sink of the connection that OnClose tells about, kept by its caller. As command_set().
  const HookSink* closed() const { return closed_; }
  void set_closed(const HookSink* closed) { closed_ = closed; }

 private:
  // Nearly always in one atomic operation.
  void Enter();
  void Leave();
  // Where others run, and somebody looks at them. A serial hook waits for those of other threads.
  void EnterExclusively();
  void LeaveExclusively();

  const HookSink& sink_;
  const std::thread::id thread_;
  const std::uint32_t generation_;
  const Order order_;
  LDicomNet* owner_ = nullptr;
  std::atomic<bool> is_of_derived_class_{false};  // read by others as soon as the call is in the list
  Call* next_ = nullptr;
  std::uintptr_t* newest_here_ = nullptr;  // the thread's, which to look for costs more than to keep
  std::uintptr_t outer_ = 0;               // the address of the call that this thread was in before
  bool is_alone_ = false;                  // in the list: below it is nothing, or the call that it is made in
  LDicomDS* command_set_ = nullptr;
  const HookSink* closed_ = nullptr;
};

// Calls `function(owner, call)` if the call is admitted. `function` must touch nothing of the owner's after the user's
// own function has returned.
template <class Function>
HookEnd HookSink::Run(const char* hook, std::uint32_t generation, Order order, Function&& function) const noexcept {
  try {
    Call call(*this, generation, order);
    if (call.owner() == nullptr)
      return HookEnd::Refused;
    function(*call.owner(), call);
    return HookEnd::Done;
  } catch (const std::exception& exception) {
    log_hook_exception(Bytes(hook), Bytes(exception.what()));
  } catch (...) {
    log_hook_exception(Bytes(hook), Bytes("an exception that is not a std::exception"));
  }
  return HookEnd::Threw;
}

}  // namespace ldicomnet::detail

#endif  // LDICOMNET_CPP_HOOK_CALL_H
