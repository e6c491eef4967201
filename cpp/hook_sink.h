// HookSink: what Rust holds in the place of a user's object, and the one way from Rust to the user's hooks.
//
// The sink outlives the object for as long as Rust needs it, and guards the way back with a mutex that is never held
// while user code runs. Every hook call carries the generation of the life it belongs to, and is refused when that life
// is over or the object is gone. Nothing but the sink is touched after the user's function has returned, so that
// `delete this` is allowed in every hook.
//
// A message calls five hooks. So a call with none beside it and nobody looking, which is nearly every one, enters and
// leaves by one atomic operation each: the list of calls begins with a word that says, too, when the mutex must be
// taken.
//
// It holds the handle that the C functions know the object by, too: who asks for it may have nothing but the sink, the
// object being destroyed on another thread.
//
// Everything here is const to Rust and may be called on any thread. What Rust calls lets no exception out.

#ifndef LDICOMNET_CPP_HOOK_SINK_H
#define LDICOMNET_CPP_HOOK_SINK_H

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "ldicomnet/types.h"
#include "rust/cxx.h"

class LDicomDS;
class LDicomNet;

namespace ldicomnet::detail {

// Declared by the bridge (src/bridge/ffi.rs), whose generated header includes this one first.
enum class HookEnd : std::uint8_t;
struct AssociateObject;
struct CommandSet;
struct ConnectionView;
struct MessageView;
struct StoreView;

class HookSink final {
 public:
  explicit HookSink(LDicomNet* owner) noexcept : owner_(owner) {}
  HookSink(const HookSink&) = delete;
  HookSink& operator=(const HookSink&) = delete;
  ~HookSink() = default;

  // One for each hook of the engine. Refused: the life is over, and nothing was called. Threw: the user's function left
  // by an exception, which is logged.
  HookEnd OnCondition(std::uint32_t generation, const ConnectionView& connection, std::int32_t& answer) const noexcept;
  HookEnd OnAccept(std::uint32_t generation, std::int32_t code) const noexcept;
  HookEnd OnConnect(std::uint32_t generation, std::int32_t code) const noexcept;
  HookEnd OnClose(std::uint32_t generation, std::int32_t code, const std::shared_ptr<HookSink>& client) const noexcept;
  HookEnd OnReceive(std::uint32_t generation, std::int32_t code, std::uint8_t type,
                    rust::Slice<const std::uint8_t> bytes) const noexcept;
  HookEnd OnSend(std::uint32_t generation, std::int32_t code, std::uint8_t type, std::uint32_t length) const noexcept;
  HookEnd OnSendExt(std::uint32_t generation, std::int32_t code, std::uint8_t type,
                    rust::Slice<const std::uint8_t> bytes) const noexcept;
  HookEnd OnBeforeSendCommandSet(std::uint32_t generation, CommandSet& command) const noexcept;
  HookEnd OnAssociateRequest(std::uint32_t generation, rust::Box<AssociateObject> associate) const noexcept;
  HookEnd OnAssociateAccept(std::uint32_t generation, rust::Box<AssociateObject> associate) const noexcept;
  HookEnd OnAssociateReject(std::uint32_t generation, std::uint8_t result, std::uint8_t source,
                            std::uint8_t reason) const noexcept;
  HookEnd OnReleaseRequest(std::uint32_t generation) const noexcept;
  HookEnd OnReleaseResponse(std::uint32_t generation) const noexcept;
  HookEnd OnAbort(std::uint32_t generation, std::uint8_t source, std::uint8_t reason) const noexcept;
  HookEnd OnSecureLinkReady(std::uint32_t generation, std::int32_t code) const noexcept;
  // The length of the password; 0 where there is none, or nobody to ask.
  std::int32_t OnPrivateKeyPassword(std::uint32_t generation, rust::Slice<std::uint8_t> password) const noexcept;
  HookEnd OnVerify(std::uint32_t generation, rust::Str certificate, std::int32_t number, rust::Str words,
                   bool& taken) const noexcept;
  HookEnd OnStoreBegin(std::uint32_t generation, const StoreView& store, std::int32_t& answer,
                       rust::Slice<std::uint8_t> path) const noexcept;
  HookEnd OnData(std::uint32_t generation, const MessageView& message) const noexcept;
  HookEnd OnMessage(std::uint32_t generation, const MessageView& message) const noexcept;

  // Ends every life before `generation`: hooks of them are refused from now on, and those that run on other threads are
  // waited for. Not waited for: this thread's own, and one whose thread itself waits, directly or through others, for a
  // hook that this thread is in; of two hooks that close each other's objects the later one goes on.
  void Retire(std::uint32_t generation) const noexcept;

  // Retire for every life, for good; the owner is not reached any more.
  void Detach() const noexcept;

  // Whether a hook runs on another thread that began while the owner was of a class derived from LDicomNet.
  bool IsDerivedBusyElsewhere() const noexcept;

  // The user's object, or NULL once it is gone.
  LDicomNet* Owner() const noexcept;

  // The command set that the hook running on this thread is about, or NULL.
  LDicomDS* CurrentCommandSet() const noexcept;

  // The handle that the C functions know the object by; NULL once it has ended. An object of C++ gets one, lent, when
  // it is first asked for. Throws std::bad_alloc.
  HDICOMNET Handle() const;
  // The handle of an object that the C functions have made, before anybody else can know the object.
  void AdoptHandle(HDICOMNET handle) const noexcept;
  // Handle() is NULL from now on. Gives the handle there was, or NULL.
  HDICOMNET EndHandle() const noexcept;
  // In OnClose, on its thread: Handle() of the connection that has ended; else NULL.
  HDICOMNET ClosedHandle() const;

 private:
  class Call;       // one hook, from before the user's function to after it
  class Exclusive;  // the mutex, and the calls kept from coming and going without it
  class Wait;       // one thread that waits for hooks of a sink

  enum class Order {
    Serial,  // not beside another serial hook of the object
    Beside,  // on the thread of a sender, whatever else runs
  };
  enum class Calls { Serial, OfDerivedClass, All };

  template <class Function>
  HookEnd Run(const char* hook, std::uint32_t generation, Order order, Function&& function) const noexcept;

  // The threads its hooks run on at the moment.
  std::vector<std::thread::id> RunningThreads() const;
  // The newest call, in the hands of one who has it exclusively.
  Call* NewestCall() const noexcept;
  // With the calls held: the newest call on this thread, or NULL.
  const Call* CurrentCall() const noexcept;
  // With the calls held: whether a hook of a life before `generation` runs on a thread other than this one.
  bool RunsElsewhere(std::uint32_t generation, Calls which) const noexcept;
  // With the calls held, but not throughout: waits until none does. False, at once, if that would be in vain.
  bool AwaitElsewhere(Exclusive& exclusive, std::uint32_t generation, Calls which) const;

  mutable std::mutex mutex_;
  mutable std::condition_variable ended_;  // a hook has ended, and somebody waits
  // Those running, the newest first: the address of a Call, and in its lowest bit whether the list may be looked at and
  // changed by the holder of mutex_ alone.
  mutable std::atomic<std::uintptr_t> calls_{0};
  // Written with the calls held, before calls_ is read. A call is in the list before it reads them. So one of the two
  // sees the other.
  mutable std::atomic<LDicomNet*> owner_;
  mutable std::atomic<std::uint32_t> first_generation_{0};  // lives before it are over
  // All below are guarded by mutex_.
  mutable std::uint32_t waiting_ = 0;  // threads that wait on ended_
  mutable HDICOMNET handle_ = nullptr;
  mutable bool handle_has_ended_ = false;
};

}  // namespace ldicomnet::detail

#endif  // LDICOMNET_CPP_HOOK_SINK_H
