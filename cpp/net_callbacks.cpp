// The tables of callbacks, and the handles lent to one that runs. Which hook goes to which callback is in
// dicom_net_hooks.cpp.

#include "net_callbacks.h"

#include <algorithm>
#include <cstring>
#include <iterator>

namespace ldicomnet::detail {
namespace {

// The sizes that the structure has had: it may end behind pUserData and behind each member added since.
bool IsKnownSize(L_UINT size) {
  constexpr std::size_t kSizes[] = {
      offsetof(DICOMNETCALLBACKEXT, pfnVerify),     offsetof(DICOMNETCALLBACKEXT, pfnBeforeSendCommandSet),
      offsetof(DICOMNETCALLBACKEXT, pfnSendExt),    offsetof(DICOMNETCALLBACKEXT, pfnCondition),
      offsetof(DICOMNETCALLBACKEXT, pfnStoreBegin), sizeof(DICOMNETCALLBACKEXT),
  };
  return std::find(std::begin(kSizes), std::end(kSizes), std::size_t{size}) != std::end(kSizes);
}

}  // namespace

void Callbacks::Set(const DICOMNETCALLBACK* callbacks) noexcept {
  const std::lock_guard<std::mutex> lock(mutex_);
  callbacks_ = callbacks == nullptr ? DICOMNETCALLBACK() : *callbacks;
}

void Callbacks::Set(const DICOMNETCALLBACKEXT* callbacks) noexcept {
  DICOMNETCALLBACKEXT copy = {};
  if (callbacks != nullptr) {
    if (!IsKnownSize(callbacks->uStructSize))
      return;
    // No member is read that the program's structure does not have.
    std::memcpy(&copy, callbacks, callbacks->uStructSize);
  }
  const std::lock_guard<std::mutex> lock(mutex_);
  callbacks_ext_ = copy;
}

void* CallbackFrame::Lend(HandleKind kind, void* object) {
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

}  // namespace ldicomnet::detail
