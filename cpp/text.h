// Text between the interface and the bridge: NUL-ended L_TCHAR on the one side, byte slices on the other.
//
// Never rust::Str: it throws on what is not UTF-8, and AE titles and UIDs from a peer need not be.

#ifndef LDICOMNET_CPP_TEXT_H
#define LDICOMNET_CPP_TEXT_H

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>

#include "ldicomnet/types.h"
#include "rust/cxx.h"

namespace ldicomnet::detail {

static_assert(sizeof(L_TCHAR) == 1, "text crosses the bridge as it is");

using ByteSlice = rust::Slice<const std::uint8_t>;

// A slice of raw memory; NULL is the empty one, whatever length is said.
inline ByteSlice Bytes(const void* data, std::size_t length) {
  return data == nullptr ? ByteSlice() : ByteSlice(static_cast<const std::uint8_t*>(data), length);
}

// A text without its NUL; NULL is the empty one.
inline ByteSlice Bytes(const L_TCHAR* text) {
  return text == nullptr ? ByteSlice() : Bytes(text, std::strlen(text));
}

// Fills a caller's buffer of `size` characters, always ending it with NUL and cutting what does not fit.
inline void CopyText(ByteSlice text, L_TCHAR* buffer, L_UINT32 size) {
  if (buffer == nullptr || size == 0)
    return;
  const std::size_t length = std::min<std::size_t>(text.size(), size - 1U);
  if (length != 0)
    std::memcpy(buffer, text.data(), length);
  buffer[length] = '\0';
}

// A caller's buffer as a slice to be filled; NULL is the empty one.
inline rust::Slice<std::uint8_t> Buffer(L_TCHAR* buffer, L_UINT32 size) {
  if (buffer == nullptr)
    return rust::Slice<std::uint8_t>();
  return rust::Slice<std::uint8_t>(reinterpret_cast<std::uint8_t*>(buffer), size);
}

// A NUL-ended, writable copy of a peer's text for the time of a hook. What the standard allows fits on the stack; a
// peer that sends more costs an allocation, not a cut text.
template <std::size_t N>
class HookText {
 public:
  explicit HookText(ByteSlice text) : long_(text.size() > N ? new L_TCHAR[text.size() + 1] : nullptr) {
    L_TCHAR* target = get();
    if (!text.empty())
      std::memcpy(target, text.data(), text.size());
    target[text.size()] = '\0';
  }

  L_TCHAR* get() { return long_ ? long_.get() : short_; }

 private:
  std::unique_ptr<L_TCHAR[]> long_;
  L_TCHAR short_[N + 1];
};

}  // namespace ldicomnet::detail

#endif  // LDICOMNET_CPP_TEXT_H
