// How a C function of a network handle calls a member of LDicomNet: by looking its handle up, and letting no exception
// out.

#ifndef LDICOMNET_CPP_C_NET_CALLS_H
#define LDICOMNET_CPP_C_NET_CALLS_H

#include "c_handles.h"
#include "ldicomnet/dicom_net.h"

namespace ldicomnet::detail {

// Calls `member` of the object behind a handle; `fallback` when there is none.
template <class Value, class Member>
Value Ask(HDICOMNET handle, Value fallback, Member&& member) noexcept {
  return ValueOf<Value>(fallback, [&]() -> Value {
    const Pinned<LDicomNet> net(handle);
    return net ? member(*net.get()) : fallback;
  });
}

template <class Member>
L_INT Do(HDICOMNET handle, Member&& member) noexcept {
  return CodeOf([&]() -> L_INT {
    const Pinned<LDicomNet> net(handle);
    return net ? member(*net.get()) : DICOM_ERROR_PARAMETER;
  });
}

template <class Member>
L_VOID Tell(HDICOMNET handle, Member&& member) noexcept {
  Run([&] {
    const Pinned<LDicomNet> net(handle);
    if (net)
      member(*net.get());
  });
}

}  // namespace ldicomnet::detail

#endif  // LDICOMNET_CPP_C_NET_CALLS_H
