// The callbacks of a network object (SetCallback, SetCallbackExt): the tables, and what one that runs is lent.
//
// The tables are copies under a lock, which is never held while a callback runs. After a callback has returned nothing
// of the object may be touched: the callback may have destroyed it.

#ifndef LDICOMNET_CPP_NET_CALLBACKS_H
#define LDICOMNET_CPP_NET_CALLBACKS_H

#include <array>
#include <cstddef>
#include <mutex>

#include "c_handles.h"
#include "ldicomnet/callbacks.h"

namespace ldicomnet::detail {

struct NetState;

class Callbacks {
 public:
  // `handle` is what the callbacks are given for the object.
  explicit Callbacks(HDICOMNET handle) noexcept : handle_(handle) {}
  Callbacks(const Callbacks&) = delete;
  Callbacks& operator=(const Callbacks&) = delete;
  ~Callbacks() = default;

  HDICOMNET handle() const noexcept { return handle_; }

  // NULL takes all callbacks of the table away. A size that is not one of the structure's changes nothing.
  void Set(const DICOMNETCALLBACK* callbacks) noexcept;
  void Set(const DICOMNETCALLBACKEXT* callbacks) noexcept;

  template <class Function>
  struct Target {
    Function function;
    L_VOID* user_data;
  };
  template <class Function>
  Target<Function> Pick(Function DICOMNETCALLBACK::*member) const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return {callbacks_.*member, callbacks_.pUserData};
  }
  template <class Function>
  Target<Function> Pick(Function DICOMNETCALLBACKEXT::*member) const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return {callbacks_ext_.*member, callbacks_ext_.pUserData};
  }

 private:
  const HDICOMNET handle_;
  mutable std::mutex mutex_;
  DICOMNETCALLBACK callbacks_ = {};         // guarded by mutex_
  DICOMNETCALLBACKEXT callbacks_ext_ = {};  // guarded by mutex_
};

// One callback that is running, on the stack of its thread, and the handles lent to it.
//
// Callbacks nest: one may send, or pump, and so bring about the next. The frames of a thread are a list, the newest
// first. A frame ends after its callback has returned, when the object may be gone: net_ is only compared.
class CallbackFrame {
 public:
  explicit CallbackFrame(const NetState* net) noexcept : net_(net), below_(Newest()) { Newest() = this; }
  ~CallbackFrame() {
    Newest() = below_;
    for (std::size_t i = 0; i < count_; ++i)
      EndLentHandle(lent_[i].handle);
  }
  CallbackFrame(const CallbackFrame&) = delete;
  CallbackFrame& operator=(const CallbackFrame&) = delete;

  static CallbackFrame* NewestOf(const NetState* net) noexcept {
    CallbackFrame* frame = Newest();
    while (frame != nullptr && frame->net_ != net)
      frame = frame->below_;
    return frame;
  }

  // What a callback is given in the place of a hook's argument: a handle for an object, the same for each asking, and
  // everything else as it is.
  HDICOMPDU Hand(LDicomAssociate* object) { return Lend(HandleKind::kAssociate, object); }
  HDICOMDS Hand(LDicomDS* object) { return Lend(HandleKind::kDataSet, object); }
  template <class Value>
  Value Hand(Value value) noexcept {
    return value;
  }

 private:
  struct Loan {
    const void* object;
    void* handle;
  };

  static CallbackFrame*& Newest() noexcept {
    thread_local CallbackFrame* newest = nullptr;
    return newest;
  }

  void* Lend(HandleKind kind, void* object);

  const NetState* const net_;
  CallbackFrame* const below_;
  std::array<Loan, 2> lent_{};  // A message's command set and data set are the most that a callback is lent.
  std::size_t count_ = 0;
};

}  // namespace ldicomnet::detail

#endif  // LDICOMNET_CPP_NET_CALLBACKS_H
