// CallbackNet::Frame: one callback that is running, on the stack of its thread, and the handles lent to it.

#ifndef LDICOMNET_CPP_C_CALLBACK_FRAME_H
#define LDICOMNET_CPP_C_CALLBACK_FRAME_H

#include "c_callback_net.h"

namespace ldicomnet::detail {

// Callbacks nest: one may send, or pump, and so bring about the next. The frames of a thread are a list, the newest
// first.
//
// A frame ends after its callback has returned, when the object may be gone: it only compares net_.
class CallbackNet::Frame {
 public:
  explicit Frame(const CallbackNet* net) noexcept : net_(net), below_(Newest()) { Newest() = this; }
  ~Frame() {
    Newest() = below_;
    for (std::size_t i = 0; i < count_; ++i)
      EndLentHandle(lent_[i].handle);
  }
  Frame(const Frame&) = delete;
  Frame& operator=(const Frame&) = delete;

  static Frame* NewestOf(const CallbackNet* net) noexcept {
    Frame* frame = Newest();
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

  static Frame*& Newest() noexcept {
    thread_local Frame* newest = nullptr;
    return newest;
  }

  void* Lend(HandleKind kind, void* object) {
    if (object == nullptr)
      return nullptr;
    for (std::size_t i = 0; i < count_; ++i) {
      if (lent_[i].object == object)
        return lent_[i].handle;
    }
    if (count_ == lent_.size())
      return nullptr;
    void* const handle = AddHandle(kind, object, nullptr, HandleHolder::kLibrary);
    lent_[count_++] = Loan{object, handle};
    return handle;
  }

  const CallbackNet* const net_;
  Frame* const below_;
  std::array<Loan, 2> lent_{};  // A message's command set and data set are the most that a callback is lent.
  std::size_t count_ = 0;
};

}  // namespace ldicomnet::detail

#endif  // LDICOMNET_CPP_C_CALLBACK_FRAME_H
