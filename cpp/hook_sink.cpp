// HookSink: admission of hook calls, and the wait for their end. What each hook hands over is in hook_calls.cpp.

#include "hook_sink.h"

#include <limits>
#include <thread>
#include <typeinfo>
#include <vector>

#include "c_handles.h"
#include "hook_call.h"
#include "ldicomnet/dicom_net.h"

namespace ldicomnet::detail {
namespace {

// Above the generation of every life: no object is closed that often.
constexpr std::uint32_t kEveryLife = std::numeric_limits<std::uint32_t>::max();

// Addresses are compared because a class that a program builds with -fno-rtti has no type information to look into.
bool IsOfDerivedClass(const LDicomNet& net) {
  return &typeid(net) != &typeid(LDicomNet);
}

}  // namespace

// A thread that waits, in the list of all that do. The list is how a wait that would never end is told from one that
// will: thread -> the sink it waits for -> the threads that its hooks run on -> the sinks these wait for, and so on.
class HookSink::Wait {
 public:
  // Joins the list, unless the wait would close a circle.
  explicit Wait(const HookSink& sink) : sink_(sink), thread_(std::this_thread::get_id()) {
    const std::lock_guard<std::mutex> lock(Mutex());
    is_in_vain_ = Leads(sink, thread_, true);
    if (is_in_vain_)
      return;
    next_ = Head();
    Head() = this;
  }

  ~Wait() {
    if (is_in_vain_)
      return;
    const std::lock_guard<std::mutex> lock(Mutex());
    Wait** link = &Head();
    while (*link != this)
      link = &(*link)->next_;
    *link = next_;
  }

  Wait(const Wait&) = delete;
  Wait& operator=(const Wait&) = delete;

  bool is_in_vain() const { return is_in_vain_; }

 private:
  // Locked before, and never after, the mutex of a sink. Both live for ever: hooks may run while statics are destroyed.
  static std::mutex& Mutex() {
    static std::mutex* const mutex = new std::mutex;
    return *mutex;
  }
  static Wait*& Head() {
    static Wait* head = nullptr;
    return head;
  }

  // Does waiting for `sink` come down to waiting for `thread`? The thread's own calls of the sink it starts from do not
  // count, for nobody waits for his own. One sink is locked at a time, so that sinks need no order among them.
  static bool Leads(const HookSink& sink, std::thread::id thread, bool is_start) {
    for (const std::thread::id running : sink.RunningThreads()) {
      if (running == thread) {
        if (!is_start)
          return true;
        continue;
      }
      for (const Wait* wait = Head(); wait != nullptr; wait = wait->next_) {
        // A thread that waits for the sink it is in a hook of waits for that sink's other calls, which are looked at
        // here.
        if (wait->thread_ == running && &wait->sink_ != &sink && Leads(wait->sink_, thread, false))
          return true;
      }
    }
    return false;
  }

  const HookSink& sink_;
  const std::thread::id thread_;
  Wait* next_ = nullptr;
  bool is_in_vain_ = false;
};

HookSink::Call::Call(const HookSink& sink, std::uint32_t generation, Order order)
    : sink_(sink), thread_(std::this_thread::get_id()), generation_(generation), order_(order) {
  std::unique_lock<std::mutex> lock(sink_.mutex_);
  if (order == Order::Serial) {
    // The engine keeps the hooks of one life in order; but a new life may begin while a hook of the one before still
    // runs, and must not overtake it.
    while (sink_.RunsElsewhere(kEveryLife, Calls::Serial)) {
      if (!sink_.AwaitElsewhere(lock, kEveryLife, Calls::Serial))
        break;
    }
  }
  if (sink_.owner_ == nullptr || generation < sink_.first_generation_)
    return;
  owner_ = sink_.owner_;
  // Asked now and not in ~LDicomNet, where every object is an LDicomNet.
  is_of_derived_class_ = IsOfDerivedClass(*owner_);
  next_ = sink_.calls_;
  sink_.calls_ = this;
}

HookSink::Call::~Call() {
  if (owner_ == nullptr)
    return;
  // The user's object may be gone by now: only the sink is touched. Waking is done under the lock because the sink must
  // not be let go by the one who waits before this thread has left it.
  const std::lock_guard<std::mutex> lock(sink_.mutex_);
  Call** link = &sink_.calls_;
  while (*link != this)
    link = &(*link)->next_;
  *link = next_;
  if (sink_.waiting_ != 0)
    sink_.ended_.notify_all();
}

std::vector<std::thread::id> HookSink::RunningThreads() const {
  std::vector<std::thread::id> threads;
  const std::lock_guard<std::mutex> lock(mutex_);
  for (const Call* call = calls_; call != nullptr; call = call->next())
    threads.push_back(call->thread());
  return threads;
}

bool HookSink::RunsElsewhere(std::uint32_t generation, Calls which) const noexcept {
  const std::thread::id self = std::this_thread::get_id();
  for (const Call* call = calls_; call != nullptr; call = call->next()) {
    if (which == Calls::Serial && call->order() == Order::Beside)
      continue;
    if (which == Calls::OfDerivedClass && !call->is_of_derived_class())
      continue;
    if (call->thread() != self && call->generation() < generation)
      return true;
  }
  return false;
}

bool HookSink::AwaitElsewhere(std::unique_lock<std::mutex>& lock, std::uint32_t generation, Calls which) const {
  lock.unlock();  // the lock of all waits comes before it
  bool is_in_vain = false;
  {
    const Wait wait(*this);
    is_in_vain = wait.is_in_vain();
    if (!is_in_vain) {
      lock.lock();
      ++waiting_;
      ended_.wait(lock, [&] { return !RunsElsewhere(generation, which); });
      --waiting_;
      lock.unlock();
    }
  }
  lock.lock();
  return !is_in_vain;
}

void HookSink::Retire(std::uint32_t generation) const noexcept {
  std::unique_lock<std::mutex> lock(mutex_);
  if (first_generation_ < generation)
    first_generation_ = generation;
  if (RunsElsewhere(generation, Calls::All))
    AwaitElsewhere(lock, generation, Calls::All);
}

void HookSink::Detach() const noexcept {
  std::unique_lock<std::mutex> lock(mutex_);
  owner_ = nullptr;
  if (RunsElsewhere(kEveryLife, Calls::All))
    AwaitElsewhere(lock, kEveryLife, Calls::All);
}

bool HookSink::IsDerivedBusyElsewhere() const noexcept {
  const std::lock_guard<std::mutex> lock(mutex_);
  return RunsElsewhere(kEveryLife, Calls::OfDerivedClass);
}

LDicomNet* HookSink::Owner() const noexcept {
  const std::lock_guard<std::mutex> lock(mutex_);
  return owner_;
}

LDicomDS* HookSink::CurrentCommandSet() const noexcept {
  const std::lock_guard<std::mutex> lock(mutex_);
  const Call* const call = CurrentCall();
  return call == nullptr ? nullptr : call->command_set();
}

const HookSink::Call* HookSink::CurrentCall() const noexcept {
  const std::thread::id self = std::this_thread::get_id();
  const Call* call = calls_;
  while (call != nullptr && call->thread() != self)
    call = call->next();
  return call;
}

HDICOMNET HookSink::Handle() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (owner_ == nullptr || handle_has_ended_)
    return nullptr;
  if (handle_ == nullptr)
    handle_ = AddHandle(HandleKind::kNet, owner_, nullptr, HandleHolder::kLibrary);
  return handle_;
}

void HookSink::AdoptHandle(HDICOMNET handle) const noexcept {
  const std::lock_guard<std::mutex> lock(mutex_);
  handle_ = handle;
}

HDICOMNET HookSink::EndHandle() const noexcept {
  const std::lock_guard<std::mutex> lock(mutex_);
  handle_has_ended_ = true;
  return handle_;
}

HDICOMNET HookSink::ClosedHandle() const {
  const HookSink* closed = nullptr;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    const Call* const call = CurrentCall();
    closed = call == nullptr ? nullptr : call->closed();
  }
  return closed == nullptr ? nullptr : closed->Handle();  // it may be this very sink: not under the lock
}

}  // namespace ldicomnet::detail
