// The table behind the handles of the C functions. See c_handles.h.
//
// The table is split into shards, each with a lock of its own, so that threads on different handles seldom
// meet. A lock is held for a few instructions and never while an object is used or deleted. Slots are never given
// back, and a free slot waits at the end of a queue, so that a handle's number comes again as late as possible.

#include "c_handles.h"

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>

namespace ldicomnet::detail {
namespace {

// Layout of a handle, from bit 0: one bit set, kind, shard, index in the shard, uses of the slot.
constexpr unsigned kKindBits = 2;
constexpr unsigned kShardBits = 4;
constexpr unsigned kIndexBits = sizeof(void*) >= 8 ? 25 : 13;
constexpr unsigned kUseBits = sizeof(void*) >= 8 ? 32 : 12;
static_assert(1 + kKindBits + kShardBits + kIndexBits + kUseBits <= sizeof(void*) * 8, "a handle is a pointer");

constexpr unsigned kShardShift = 1 + kKindBits;
constexpr unsigned kIndexShift = kShardShift + kShardBits;
constexpr unsigned kUseShift = kIndexShift + kIndexBits;

constexpr std::uintptr_t Mask(unsigned bits) {
  return (std::uintptr_t{1} << bits) - 1;
}

struct Slot {
  void* object = nullptr;         // Invariant: NULL in a free slot.
  DeleteObject remove = nullptr;  // NULL: the object stays somebody else's.
  std::uintptr_t uses = 0;        // Counts the handles that named this slot.
  std::uint32_t pins = 0;         // Functions that are working on the object.
  HandleKind kind = HandleKind::kNet;
  HandleHolder holder = HandleHolder::kProgram;
  bool live = false;      // The handle is valid. Invariant: a slot that is not live takes no new pin.
  bool released = false;  // Retired for good: whoever takes the last pin away deletes the object.
};

struct Shard {
  std::mutex mutex;
  std::condition_variable unpinned;  // A slot that is not live lost a pin.
  std::deque<Slot> slots;            // A deque: references stay valid while it grows.
  std::deque<std::size_t> free;      // Oldest first.
};

struct Table {
  std::array<Shard, std::size_t{1} << kShardBits> shards;
  std::atomic<std::size_t> next{0};
};

// Never destroyed: threads of the program may free handles while static objects are already going.
Table& TheTable() {
  static Table* const table = new Table;
  return *table;
}

std::uintptr_t Number(void* handle) noexcept {
  return reinterpret_cast<std::uintptr_t>(handle);
}

Shard& ShardOf(void* handle) noexcept {
  return TheTable().shards[(Number(handle) >> kShardShift) & Mask(kShardBits)];
}

// The slot that a handle names, whether it is live or not; NULL when the handle is none. The shard is locked.
Slot* Find(Shard& shard, void* handle) noexcept {
  const std::uintptr_t number = Number(handle);
  if ((number & 1) == 0)
    return nullptr;
  const std::size_t index = (number >> kIndexShift) & Mask(kIndexBits);
  if (index >= shard.slots.size())
    return nullptr;
  Slot& slot = shard.slots[index];
  const bool matches = slot.object != nullptr &&
                       (slot.uses & Mask(kUseBits)) == ((number >> kUseShift) & Mask(kUseBits)) &&
                       static_cast<std::uintptr_t>(slot.kind) == ((number >> 1) & Mask(kKindBits));
  return matches ? &slot : nullptr;
}

// Gives the slot of a handle that has ended back for use. The shard is locked.
void Recycle(Shard& shard, void* handle, Slot& slot) noexcept {
  slot.object = nullptr;
  slot.remove = nullptr;
  slot.released = false;
  slot.pins = 0;
  ++slot.uses;
  try {
    shard.free.push_back((Number(handle) >> kIndexShift) & Mask(kIndexBits));
  } catch (...) {  // NOLINT(bugprone-empty-catch): the slot is lost, and nothing else.
  }
}

// Deletes the object of a handle that has ended, without the lock.
void Delete(Shard& shard, void* handle, Slot& slot, std::unique_lock<std::mutex>& lock) noexcept {
  void* const object = slot.object;
  const DeleteObject remove = slot.remove;
  Recycle(shard, handle, slot);
  lock.unlock();
  if (remove != nullptr)
    remove(object);
}

}  // namespace

void* AddHandle(HandleKind kind, void* object, DeleteObject remove, HandleHolder holder) {
  Table& table = TheTable();
  const std::size_t which = table.next.fetch_add(1, std::memory_order_relaxed) & Mask(kShardBits);
  Shard& shard = table.shards[which];
  const std::lock_guard<std::mutex> lock(shard.mutex);
  std::size_t index = shard.slots.size();
  if (!shard.free.empty()) {
    index = shard.free.front();
    shard.free.pop_front();
  } else if (index > Mask(kIndexBits)) {
    throw std::bad_alloc();
  } else {
    shard.slots.emplace_back();
  }
  Slot& slot = shard.slots[index];
  slot.object = object;
  slot.remove = remove;
  slot.kind = kind;
  slot.holder = holder;
  slot.live = true;
  const std::uintptr_t number = 1 | (static_cast<std::uintptr_t>(kind) << 1) | (which << kShardShift) |
                                (index << kIndexShift) | ((slot.uses & Mask(kUseBits)) << kUseShift);
  return reinterpret_cast<void*>(number);  // NOLINT(performance-no-int-to-ptr): a number in the shape of a pointer.
}

Pin::Pin(HandleKind kind, void* handle) noexcept : handle_(handle), below_(Newest()) {
  Newest() = this;
  Shard& shard = ShardOf(handle);
  const std::lock_guard<std::mutex> lock(shard.mutex);
  Slot* const slot = Find(shard, handle);
  if (slot == nullptr || !slot->live || slot->kind != kind)
    return;
  ++slot->pins;
  object_ = slot->object;
}

Pin::~Pin() {
  Newest() = below_;
  if (object_ == nullptr)
    return;
  Shard& shard = ShardOf(handle_);
  std::unique_lock<std::mutex> lock(shard.mutex);
  Slot* const slot = Find(shard, handle_);
  // Without a slot it was a lent handle, ended by what this thread's function has called back.
  if (slot == nullptr)
    return;
  --slot->pins;
  if (slot->live)
    return;
  if (!slot->released)
    shard.unpinned.notify_all();
  else if (slot->pins == 0)
    Delete(shard, handle_, *slot, lock);
}

Pin*& Pin::Newest() noexcept {
  thread_local Pin* newest = nullptr;
  return newest;
}

void* RetireHandle(HandleKind kind, void* handle, HandleHolder holder) noexcept {
  Shard& shard = ShardOf(handle);
  const std::lock_guard<std::mutex> lock(shard.mutex);
  Slot* const slot = Find(shard, handle);
  if (slot == nullptr || !slot->live || slot->kind != kind || slot->holder != holder)
    return nullptr;
  slot->live = false;
  return slot->object;
}

void ReleaseHandle(void* handle) noexcept {
  Shard& shard = ShardOf(handle);
  std::unique_lock<std::mutex> lock(shard.mutex);
  Slot* const slot = Find(shard, handle);
  if (slot == nullptr)
    return;
  slot->released = true;
  if (slot->pins != 0)
    return;  // The last pin does it.
  Delete(shard, handle, *slot, lock);
}

void EndLentHandle(void* handle) noexcept {
  Shard& shard = ShardOf(handle);
  std::unique_lock<std::mutex> lock(shard.mutex);
  Slot* const slot = Find(shard, handle);
  if (slot == nullptr)
    return;
  slot->live = false;
  std::uint32_t own = 0;
  for (const Pin* pin = Pin::Newest(); pin != nullptr; pin = pin->below_)
    own += pin->handle_ == handle && pin->object_ != nullptr ? 1 : 0;
  shard.unpinned.wait(lock, [slot, own] { return slot->pins == own; });
  Recycle(shard, handle, *slot);
}

}  // namespace ldicomnet::detail
