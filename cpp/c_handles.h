// The handles of the C functions: numbers that name objects, and what keeps an object alive while a
// function works on it.
//
// A handle is not an address. It holds the kind of its object, a slot of the table, and how often that slot
// has been used before; a number that is NULL, freed, of another kind or made up matches no slot, and
// is told so without touching any memory but the table's. Bit 0 is set, so that no object's address can be one.
//
// The table must not know what the objects are: their owner gives a function that deletes one.

#ifndef LDICOMNET_CPP_C_HANDLES_H
#define LDICOMNET_CPP_C_HANDLES_H

#include <cstdint>
#include <memory>
#include <new>

#include "ldicomnet/errors.h"

class LDicomAssociate;
class LDicomDS;
class LDicomNet;

namespace ldicomnet::detail {

// The kinds of objects that a handle can name; never 0, which the handle NULL would have.
enum class HandleKind : std::uint8_t { kNet = 1, kAssociate = 2, kDataSet = 3 };

// The kind of a class of objects.
template <class T>
struct HandleTraits;
template <>
struct HandleTraits<LDicomNet> {
  static constexpr HandleKind kKind = HandleKind::kNet;
};
template <>
struct HandleTraits<LDicomAssociate> {
  static constexpr HandleKind kKind = HandleKind::kAssociate;
};
template <>
struct HandleTraits<LDicomDS> {
  static constexpr HandleKind kKind = HandleKind::kDataSet;
};

using DeleteObject = void (*)(void* object);

// Who ends a handle.
enum class HandleHolder : std::uint8_t {
  kProgram,  // the program, with a function that frees it
  kLibrary,  // the library: the handle is lent, and the program's attempt to free it does nothing
};

// A new handle. `remove` deletes the object once the handle has ended and nothing uses it; NULL for an object that
// stays somebody else's. Throws std::bad_alloc, and then has taken nothing over.
void* AddHandle(HandleKind kind, void* object, DeleteObject remove, HandleHolder holder);

// Makes a handle invalid. Returns its object, which the caller may still use until ReleaseHandle; NULL for what
// is no live handle of this kind and holder. Of several callers exactly one gets the object.
void* RetireHandle(HandleKind kind, void* handle, HandleHolder holder) noexcept;
// Ends what RetireHandle began: deletes the object, or leaves that to the last function still working on it.
void ReleaseHandle(void* handle) noexcept;

// Ends the handle of an object that stays somebody else's, and waits until no function works on it any more. Functions
// of this very thread are not waited for: one of them has called back what ends the handle.
void EndLentHandle(void* handle) noexcept;

// A handle in use, on the stack of the thread that uses it. The pins of a thread are a list, the newest first.
class Pin {
 public:
  Pin(HandleKind kind, void* handle) noexcept;
  ~Pin();
  Pin(const Pin&) = delete;
  Pin& operator=(const Pin&) = delete;

  // NULL for what was not a live handle of this kind.
  void* object() const noexcept { return object_; }

 private:
  friend void EndLentHandle(void* handle) noexcept;
  static Pin*& Newest() noexcept;

  void* const handle_;
  Pin* const below_;
  void* object_ = nullptr;
};

// An object that a C function works on: alive as long as this is, unless the function calls back what destroys it.
template <class T>
class Pinned {
 public:
  explicit Pinned(void* handle) noexcept : pin_(HandleTraits<T>::kKind, handle) {}

  explicit operator bool() const noexcept { return pin_.object() != nullptr; }
  T* operator->() const noexcept { return get(); }
  T* get() const noexcept { return static_cast<T*>(pin_.object()); }

 private:
  Pin pin_;
};

template <class T>
void DeleteAs(void* object) {
  delete static_cast<T*>(object);
}

// A handle that takes an object over.
template <class T>
void* HandleFor(std::unique_ptr<T> object, HandleHolder holder = HandleHolder::kProgram) {
  void* const handle = AddHandle(HandleTraits<T>::kKind, object.get(), &DeleteAs<T>, holder);
  static_cast<void>(object.release());
  return handle;
}

// Ends such a handle, and its object with it.
template <class T>
void FreeHandle(void* handle, HandleHolder holder = HandleHolder::kProgram) noexcept {
  if (RetireHandle(HandleTraits<T>::kKind, handle, holder) != nullptr)
    ReleaseHandle(handle);
}

// Runs the body of a C function, out of which no exception may go. DICOM_ERROR_MEMORY when memory is short; anything
// else that is thrown comes from a callback that broke its promise not to throw.
template <class Body>
int CodeOf(Body&& body) noexcept {
  try {
    return body();
  } catch (const std::bad_alloc&) {
    return DICOM_ERROR_MEMORY;
  } catch (...) {
    return DICOM_ERROR_NET_FAILURE;
  }
}

// The same for a function that returns a value, and for one that returns nothing.
template <class Value, class Body>
Value ValueOf(Value fallback, Body&& body) noexcept {
  try {
    return body();
  } catch (...) {
    return fallback;
  }
}

template <class Body>
void Run(Body&& body) noexcept {
  try {
    body();
  } catch (...) {  // NOLINT(bugprone-empty-catch): there is nobody to tell.
  }
}

}  // namespace ldicomnet::detail

#endif  // LDICOMNET_CPP_C_HANDLES_H
