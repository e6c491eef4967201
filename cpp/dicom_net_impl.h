// What stands behind an LDicomNet: its network object in the core, and the sink that the core knows it by.

#ifndef LDICOMNET_CPP_DICOM_NET_IMPL_H
#define LDICOMNET_CPP_DICOM_NET_IMPL_H

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>

#include "hook_sink.h"
#include "ldicomnet/dicom_net.h"
#include "ldicomnet/src/bridge/ffi.rs.h"

namespace ldicomnet::detail {

struct NetState {
  NetState(LDicomNet* owner, L_UINT32 mode, bool is_set_up);

  // DICOM_SUCCESS if the object may use the network: it is set up, and its mode is one that this library speaks.
  L_INT ModeError() const;
  void SetPath(const L_TCHAR* path);

  // Complete before the first hook can come, and unchanged until the object is destroyed.
  const std::shared_ptr<HookSink> sink;
  const rust::Box<NetHandle> net;

  std::atomic<L_UINT32> secure_mode;
  std::atomic<bool> is_initialised;

  // What GetAssociate has given out; NULL until it is asked for, for an idle association should cost little.
  std::mutex associate_mutex;
  std::unique_ptr<LDicomAssociate> associate;
};

}  // namespace ldicomnet::detail

#endif  // LDICOMNET_CPP_DICOM_NET_IMPL_H
