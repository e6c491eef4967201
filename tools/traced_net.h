// TracedNet: a network object that shows at -d every PDU that it receives and sends. It serves one connection, or
// one time of listening.

#ifndef LDICOMNET_TOOLS_TRACED_NET_H
#define LDICOMNET_TOOLS_TRACED_NET_H

#include <string>

#include "ltdic.h"

namespace ldicom {

class TracedNet : public LDicomNet {
 public:
  TracedNet();

  L_VOID OnReceive(L_INT nError, L_UCHAR nType, L_UCHAR* pBuffer, L_UINT32 nBytes) override;
  L_VOID OnSend(L_INT nError, L_UCHAR nType, L_UINT32 nBytes) override;
  L_VOID OnSendExt(pDICOMNETDEBUGINFOONSEND pInfo) override;

 protected:
  // Who is at the other end: leads each line about it. Set before hooks can come.
  void SetPeer(const std::string& peer) { peer_ = peer; }
  const std::string& Peer() const { return peer_; }
  // For OnReceiveAbort, which does not tell an abort of the peer's from one of this side's provider.
  bool HasReceivedAbort() const { return has_received_abort_; }
  // Whether a PDU came, of whatever type.
  bool HasReceived() const { return has_received_; }

 private:
  std::string peer_ = "peer";
  // Of the hooks, which never run side by side.
  bool has_received_ = false;
  bool has_received_abort_ = false;
};

}  // namespace ldicom

#endif  // LDICOMNET_TOOLS_TRACED_NET_H
