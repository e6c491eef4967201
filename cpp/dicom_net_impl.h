// What stands behind an LDicomNet: its network object in the core, and the sink that the core knows it by.

#ifndef LDICOMNET_CPP_DICOM_NET_IMPL_H
#define LDICOMNET_CPP_DICOM_NET_IMPL_H

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>

#include "c_handles.h"
#include "hook_sink.h"
#include "ldicomnet/dicom_net.h"
#include "ldicomnet/src/bridge/ffi.rs.h"
#include "net_callbacks.h"
#include "net_tls.h"

namespace ldicomnet::detail {

struct NetState {
  NetState(LDicomNet* owner, L_UINT32 mode, bool is_set_up);
  ~NetState();
  NetState(const NetState&) = delete;
  NetState& operator=(const NetState&) = delete;

  // DICOM_SUCCESS if the object may use the network: it is set up, and its mode is one that this library speaks.
  L_INT ModeError() const;
  // The same of one that is about to listen or connect; with TLS the core has its settings then.
  L_INT Prepare(LDicomNet& owner);
  // `client` was accepted, with this outcome: it is as secure as its listener.
  L_INT Accepted(NetState& client, L_INT code) const;
  void SetPath(const L_TCHAR* path);
  // Makes `associate` show the negotiated association. False if there is none. Under associate_mutex.
  bool ShowAssociate();
  // The tables of callbacks, to set one. NULL when the object's handle has ended. Throws std::bad_alloc.
  Callbacks* CallbacksToSet();

  // Complete before the first hook can come, and unchanged until the object is destroyed.
  const std::shared_ptr<HookSink> sink;
  const rust::Box<NetHandle> net;

  std::atomic<L_UINT32> secure_mode;
  std::atomic<bool> is_initialised;

  TlsState secure;

  // What GetAssociate has given out; NULL until it is asked for, for an idle association should cost little.
  std::mutex associate_mutex;
  std::unique_ptr<LDicomAssociate> associate;
  std::uint32_t associate_number = 0;  // counts the associations it has shown
  // What L_DicomGetAssociate has lent: a copy of the one of that number.
  HDICOMPDU lent_associate = nullptr;
  std::uint32_t lent_number = 0;

  // Owned. NULL until there is a callback to set, and never again: a hook may be reading it.
  std::atomic<Callbacks*> callbacks{nullptr};
};

// The way into an LDicomNet for the rest of cpp/.
struct NetAccess {
  static NetState& State(LDicomNet& net) { return *net.m_pState; }
};

}  // namespace ldicomnet::detail

#endif  // LDICOMNET_CPP_DICOM_NET_IMPL_H
