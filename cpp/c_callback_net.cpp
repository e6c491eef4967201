// What CallbackNet does around its callbacks: the tables, the handles lent to a callback, the way from an object back
// to its handle. The hooks themselves are in c_callback_hooks.cpp.

#include "c_callback_net.h"

#include <algorithm>
#include <cstring>
#include <shared_mutex>
#include <unordered_map>
#include <utility>

#include "c_callback_frame.h"

namespace ldicomnet::detail {
namespace {

// From an object to its handle. Only network objects need it: the library answers with their addresses.
struct Index {
  std::shared_mutex mutex;
  std::unordered_map<const LDicomNet*, HDICOMNET> handles;
};

// Never destroyed, as the table of handles is not.
Index& TheIndex() {
  static Index* const index = new Index;
  return *index;
}

// The sizes that the structure has had: it may end behind pUserData and behind each member added since.
bool IsKnownSize(L_UINT size) {
  constexpr std::size_t kSizes[] = {
      offsetof(DICOMNETCALLBACKEXT, pfnVerify),
      offsetof(DICOMNETCALLBACKEXT, pfnBeforeSendCommandSet),
      offsetof(DICOMNETCALLBACKEXT, pfnSendExt),
      offsetof(DICOMNETCALLBACKEXT, pfnCondition),
      sizeof(DICOMNETCALLBACKEXT),
  };
  return std::find(std::begin(kSizes), std::end(kSizes), std::size_t{size}) != std::end(kSizes);
}

}  // namespace

CallbackNet::~CallbackNet() {
  Close();
  FreeHandle<LDicomAssociate>(associate_, HandleHolder::kLibrary);
}

HDICOMNET CallbackNet::Publish(std::unique_ptr<CallbackNet> net) {
  CallbackNet* const object = net.get();
  Index& index = TheIndex();
  const std::unique_lock<std::shared_mutex> lock(index.mutex);
  const auto entry = index.handles.emplace(object, nullptr).first;
  try {
    entry->second = HandleFor(std::move(net));
  } catch (...) {
    index.handles.erase(entry);
    throw;
  }
  object->handle_ = entry->second;
  return entry->second;
}

void CallbackNet::Free(HDICOMNET handle) noexcept {
  void* const object = RetireHandle(HandleKind::kNet, handle, HandleHolder::kProgram);
  if (object == nullptr)
    return;
  CallbackNet* const net = static_cast<CallbackNet*>(object);
  Run([&] {
    Index& index = TheIndex();
    const std::unique_lock<std::shared_mutex> lock(index.mutex);
    index.handles.erase(net);
  });
  // Here and not in the destructor alone: that may be left to another thread's function, and the promise that no
  // callback comes any more is this function's.
  net->Close();
  ReleaseHandle(handle);
}

HDICOMNET CallbackNet::HandleOf(const LDicomNet* net) noexcept {
  return ValueOf<HDICOMNET>(nullptr, [&]() -> HDICOMNET {
    Index& index = TheIndex();
    const std::shared_lock<std::shared_mutex> lock(index.mutex);
    const auto entry = index.handles.find(net);
    return entry == index.handles.end() ? nullptr : entry->second;
  });
}

void CallbackNet::SetCallbacks(const DICOMNETCALLBACK* callbacks) noexcept {
  const std::lock_guard<std::mutex> lock(callbacks_mutex_);
  callbacks_ = callbacks == nullptr ? DICOMNETCALLBACK() : *callbacks;
}

bool CallbackNet::SetCallbacks(const DICOMNETCALLBACKEXT* callbacks) noexcept {
  DICOMNETCALLBACKEXT copy = {};
  if (callbacks != nullptr) {
    if (!IsKnownSize(callbacks->uStructSize))
      return false;
    // No member is read that the program's structure does not have.
    std::memcpy(&copy, callbacks, callbacks->uStructSize);
  }
  const std::lock_guard<std::mutex> lock(callbacks_mutex_);
  callbacks_ext_ = copy;
  return true;
}

HDICOMPDU CallbackNet::AssociateHandle() {
  const std::lock_guard<std::mutex> lock(associate_mutex_);
  const bool is_old = associate_is_old_.exchange(false);
  LDicomAssociate* const source = GetAssociate();
  if (source == nullptr)
    return nullptr;
  if (associate_ != nullptr && !is_old && source == associate_source_)
    return associate_;
  associate_source_ = nullptr;  // So that a copy that fails is tried again.
  HDICOMPDU const fresh = HandleFor(std::unique_ptr<LDicomAssociate>(source->Clone()), HandleHolder::kLibrary);
  FreeHandle<LDicomAssociate>(associate_, HandleHolder::kLibrary);
  associate_ = fresh;
  associate_source_ = source;
  return fresh;
}

HDICOMDS CallbackNet::CommandSetHandle() {
  Frame* const frame = Frame::NewestOf(this);
  LDicomDS* const command_set = frame == nullptr ? nullptr : GetCommandSet();
  return command_set == nullptr ? nullptr : frame->Hand(command_set);
}

}  // namespace ldicomnet::detail
