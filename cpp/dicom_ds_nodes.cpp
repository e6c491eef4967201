// NodeTable: the handles of an LDicomDS.

#include "dicom_ds_nodes.h"

#include <algorithm>
#include <functional>

namespace ldicomnet::detail {
namespace {

constexpr std::size_t kBlockMin = 32;
constexpr std::size_t kBlockMax = 4096;
// So many handles end before the place of the first is used again.
constexpr std::size_t kRetiredMin = 256;
// An object that had more handles gives their memory back when it is emptied.
constexpr std::size_t kKeptMax = 512;

}  // namespace

ElementNode* NodeTable::Find(const DICOMELEMENT* handle) const {
  const std::less<const void*> before;
  const auto behind =
      std::upper_bound(blocks_.begin(), blocks_.end(), static_cast<const void*>(handle),
                       [&](const void* address, const Block& block) { return before(address, block.nodes.get()); });
  if (behind == blocks_.begin())
    return nullptr;
  const Block& block = *std::prev(behind);
  const auto offset = reinterpret_cast<std::uintptr_t>(handle) - reinterpret_cast<std::uintptr_t>(block.nodes.get());
  if (offset % sizeof(ElementNode) != 0 || offset / sizeof(ElementNode) >= block.count)
    return nullptr;
  ElementNode& node = block.nodes[offset / sizeof(ElementNode)];
  return node.id == 0 ? nullptr : &node;
}

ElementNode& NodeTable::ForId(std::uint64_t id) {
  const auto [place, is_new] = living_.try_emplace(id, nullptr);
  if (is_new) {
    try {
      place->second = &Unused();
    } catch (...) {
      living_.erase(place);
      throw;
    }
    place->second->id = id;
  }
  return *place->second;
}

ElementNode& NodeTable::Unused() {
  if (fresh_.empty() && retired_.size() >= kRetiredMin) {
    ElementNode* const node = retired_.front();
    retired_.pop_front();
    return *node;
  }
  if (fresh_.empty()) {
    const std::size_t count =
        blocks_.empty() ? kBlockMin : std::min(kBlockMax, kBlockMin << std::min<std::size_t>(blocks_.size(), 7));
    fresh_.reserve(count);
    blocks_.reserve(blocks_.size() + 1);
    Block block = {std::make_unique<ElementNode[]>(count), count};
    for (std::size_t i = count; i-- > 0;)
      fresh_.push_back(&block.nodes[i]);
    const std::less<const void*> before;
    const auto place =
        std::upper_bound(blocks_.begin(), blocks_.end(), block.nodes.get(),
                         [&](const void* address, const Block& other) { return before(address, other.nodes.get()); });
    blocks_.insert(place, std::move(block));
  }
  ElementNode* const node = fresh_.back();
  fresh_.pop_back();
  return *node;
}

void NodeTable::Retire(ElementNode& node) {
  retired_.push_back(&node);
  living_.erase(node.id);
  node.id = 0;
  node.values.reset();
}

void NodeTable::Clear() {
  if (living_.empty())
    return;
  if (living_.size() + retired_.size() > kKeptMax) {
    *this = NodeTable();
    return;
  }
  for (const auto& [id, node] : living_) {
    retired_.push_back(node);
    node->id = 0;
    node->values.reset();
  }
  living_.clear();
}

}  // namespace ldicomnet::detail
