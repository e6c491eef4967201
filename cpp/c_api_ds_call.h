// How the C functions of data sets get to their object.

#ifndef LDICOMNET_CPP_C_API_DS_CALL_H
#define LDICOMNET_CPP_C_API_DS_CALL_H

#include "c_handles.h"
#include "ldicomnet/dicom_ds.h"

namespace ldicomnet::detail {

// Calls `member` of the object behind a handle; `fallback` when there is none.
template <class Value, class Member>
Value Ask(HDICOMDS handle, Value fallback, Member&& member) noexcept {
  return ValueOf<Value>(fallback, [&]() -> Value {
    const Pinned<LDicomDS> object(handle);
    return object ? member(*object.get()) : fallback;
  });
}

// The same of a member that answers a code.
template <class Value, class Member>
Value Code(HDICOMDS handle, Member&& member) noexcept {
  return static_cast<Value>(CodeOf([&]() -> int {
    const Pinned<LDicomDS> object(handle);
    return object ? member(*object.get()) : DICOM_ERROR_PARAMETER;
  }));
}

template <class Member>
L_VOID Tell(HDICOMDS handle, Member&& member) noexcept {
  Run([&] {
    const Pinned<LDicomDS> object(handle);
    if (object)
      member(*object.get());
  });
}

}  // namespace ldicomnet::detail

#endif  // LDICOMNET_CPP_C_API_DS_CALL_H
