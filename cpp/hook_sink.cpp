// HookSink: admission of hook calls, and the wait for their end. What each hook hands over is in hook_calls.cpp.

#include "hook_sink.h"

#include <cstdint>
#include <limits>
#include <thread>
#include <typeinfo>
#include <utility>
#include <vector>

#include "c_handles.h"
#include "hook_call.h"
#include "ldicomnet/dicom_net.h"

namespace ldicomnet::detail {
namespace {

// Above the generation of every life: no object is closed that often.
constexpr std::uint32_t kEveryLife = std::numeric_limits<std::uint32_t>::max();

// In HookSink::calls_: the list is the holder's of the mutex.
constexpr std::uintptr_t kHeld = 1;

// A call in HookSink::calls_.
std::uintptr_t Word(const void* call) {
  return reinterpret_cast<std::uintptr_t>(call);
}

// Addresses are compared because a class that a program builds with -fno-rtti has no type information to look into.
bool IsOfDerivedClass(const LDicomNet& net) {
  return &typeid(net) != &typeid(LDicomNet);
}

// The address of the newest call on this thread, of whatever sink; 0 where there is none. Not of the model
// initial-exec, which would save a nanosecond: it needs room in the static block of every thread, for all such
// variables of the library, Rust's too, which a process that loads the library late (dlopen) may not have.
thread_local std::uintptr_t newest_here = 0;

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

// The mutex, and for as long as it is held the list of calls: every call that comes or goes has to take the mutex, too.
// So they do while anybody waits for the end of one, to be told of it.
class HookSink::Exclusive {
 public:
  explicit Exclusive(const HookSink& sink) : sink_(sink), lock_(sink.mutex_) { Hold(); }
  ~Exclusive() {
    if (lock_.owns_lock())
      Release();
  }
  Exclusive(const Exclusive&) = delete;
  Exclusive& operator=(const Exclusive&) = delete;

  void Lock() {
    lock_.lock();
    Hold();
  }
  void Unlock() {
    Release();
    lock_.unlock();
  }
  std::unique_lock<std::mutex>& lock() { return lock_; }

 private:
  void Hold() { sink_.calls_.fetch_or(kHeld); }
  void Release() {
    if (sink_.waiting_ == 0)
      sink_.calls_.fetch_and(~kHeld);
  }

  const HookSink& sink_;
  std::unique_lock<std::mutex> lock_;
};

HookSink::Call::Call(const HookSink& sink, std::uint32_t generation, Order order)
    : sink_(sink), thread_(std::this_thread::get_id()), generation_(generation), order_(order) {
  Enter();
  LDicomNet* const owner = sink_.owner_.load();
  if (owner == nullptr || generation < sink_.first_generation_.load()) {
    Leave();
    return;
  }
  owner_ = owner;
  // Asked now and not in ~LDicomNet, where every object is an LDicomNet.
  is_of_derived_class_.store(IsOfDerivedClass(*owner), std::memory_order_relaxed);
}

HookSink::Call::~Call() {
  // The user's object may be gone by now: only the sink is touched.
  if (owner_ != nullptr)
    Leave();
}

void HookSink::Call::Enter() {
  newest_here_ = &newest_here;
  outer_ = std::exchange(*newest_here_, Word(this));
  std::uintptr_t newest = 0;
  is_alone_ = sink_.calls_.compare_exchange_strong(newest, Word(this));
  if (is_alone_)
    return;
  // A hook that sends, as most do: the call it is in is the newest of the sink, and ends after this one.
  if (newest == outer_ && order_ == Order::Beside) {
    next_ = reinterpret_cast<Call*>(outer_);
    is_alone_ = sink_.calls_.compare_exchange_strong(newest, Word(this));
  }
  if (!is_alone_)
    EnterExclusively();
}

void HookSink::Call::Leave() {
  *newest_here_ = outer_;
  // What lies below one that is not alone may leave before it: that is the holder's to see to.
  std::uintptr_t newest = Word(this);
  if (!is_alone_ || !sink_.calls_.compare_exchange_strong(newest, Word(next_)))
    LeaveExclusively();
}

void HookSink::Call::EnterExclusively() {
  Exclusive exclusive(sink_);
  if (order_ == Order::Serial) {
    // The engine keeps the hooks of one life in order; but a new life may begin while a hook of the one before still
    // runs, and must not overtake it.
    while (sink_.RunsElsewhere(kEveryLife, Calls::Serial)) {
      if (!sink_.AwaitElsewhere(exclusive, kEveryLife, Calls::Serial))
        break;
    }
  }
  next_ = sink_.NewestCall();
  sink_.calls_.store(Word(this) | kHeld);
}

void HookSink::Call::LeaveExclusively() {
  // Waking is done under the lock because the sink must not be let go by the one who waits before this thread has left
  // it.
  const Exclusive exclusive(sink_);
  Call* before = sink_.NewestCall();
  if (before == this) {
    sink_.calls_.store(Word(next_) | kHeld);
  } else {
    while (before->next_ != this)
      before = before->next_;
    before->next_ = next_;
  }
  if (sink_.waiting_ != 0)
    sink_.ended_.notify_all();
}

HookSink::Call* HookSink::NewestCall() const noexcept {
  return reinterpret_cast<Call*>(calls_.load() & ~kHeld);
}

std::vector<std::thread::id> HookSink::RunningThreads() const {
  std::vector<std::thread::id> threads;
  const Exclusive exclusive(*this);
  for (const Call* call = NewestCall(); call != nullptr; call = call->next())
    threads.push_back(call->thread());
  return threads;
}

bool HookSink::RunsElsewhere(std::uint32_t generation, Calls which) const noexcept {
  const std::thread::id self = std::this_thread::get_id();
  for (const Call* call = NewestCall(); call != nullptr; call = call->next()) {
    if (which == Calls::Serial && call->order() == Order::Beside)
      continue;
    if (which == Calls::OfDerivedClass && !call->is_of_derived_class())
      continue;
    if (call->thread() != self && call->generation() < generation)
      return true;
  }
  return false;
}

bool HookSink::AwaitElsewhere(Exclusive& exclusive, std::uint32_t generation, Calls which) const {
  exclusive.Unlock();  // the lock of all waits comes before it
  bool is_in_vain = false;
  {
    const Wait wait(*this);
    is_in_vain = wait.is_in_vain();
    if (!is_in_vain) {
      exclusive.Lock();
      ++waiting_;
      ended_.wait(exclusive.lock(), [&] { return !RunsElsewhere(generation, which); });
      --waiting_;
      exclusive.Unlock();
    }
  }
  exclusive.Lock();
  return !is_in_vain;
}

void HookSink::Retire(std::uint32_t generation) const noexcept {
  Exclusive exclusive(*this);
  if (first_generation_.load() < generation)
    first_generation_.store(generation);
  if (RunsElsewhere(generation, Calls::All))
    AwaitElsewhere(exclusive, generation, Calls::All);
}

void HookSink::Detach() const noexcept {
  Exclusive exclusive(*this);
  owner_.store(nullptr);
  if (RunsElsewhere(kEveryLife, Calls::All))
    AwaitElsewhere(exclusive, kEveryLife, Calls::All);
}

bool HookSink::IsDerivedBusyElsewhere() const noexcept {
  const Exclusive exclusive(*this);
  return RunsElsewhere(kEveryLife, Calls::OfDerivedClass);
}

LDicomNet* HookSink::Owner() const noexcept {
  return owner_.load();
}

LDicomDS* HookSink::CurrentCommandSet() const noexcept {
  const Exclusive exclusive(*this);
  const Call* const call = CurrentCall();
  return call == nullptr ? nullptr : call->command_set();
}

const HookSink::Call* HookSink::CurrentCall() const noexcept {
  const std::thread::id self = std::this_thread::get_id();
  const Call* call = NewestCall();
  while (call != nullptr && call->thread() != self)
    call = call->next();
  return call;
}

HDICOMNET HookSink::Handle() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  LDicomNet* const owner = owner_.load();
  if (owner == nullptr || handle_has_ended_)
    return nullptr;
  if (handle_ == nullptr)
    handle_ = AddHandle(HandleKind::kNet, owner, nullptr, HandleHolder::kLibrary);
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
    const Exclusive exclusive(*this);
    const Call* const call = CurrentCall();
    closed = call == nullptr ? nullptr : call->closed();
  }
  return closed == nullptr ? nullptr : closed->Handle();  // it may be this very sink: not under the lock
}

}  // namespace ldicomnet::detail
