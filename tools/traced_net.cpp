// PDUs as they go over the wire, in hexadecimal.

#include "traced_net.h"

#include <string>

#include "log.h"
#include "words.h"

namespace ldicom {

TracedNet::TracedNet() {
  if (LogShows(LogLevel::kDebug)) {
    SetDebugMode(DEBUG_MODE_ONSEND_SHOW_EXTENDED_INFO);
  }
}

L_VOID TracedNet::OnReceive(L_INT nError, L_UCHAR nType, L_UCHAR* pBuffer, L_UINT32 nBytes) {
  has_received_ = true;
  has_received_abort_ = has_received_abort_ || nType == PDU_ABORT;
  if (!LogShows(LogLevel::kDebug)) {
    return;
  }
  std::string line = peer_ + ": received " + PduName(nType) + ", " + std::to_string(nBytes) + " bytes";
  if (nError != DICOM_SUCCESS) {
    line += ": " + ErrorWords(nError);
  }
  Debug(line + HexDump(pBuffer, nBytes));
}

L_VOID TracedNet::OnSend(L_INT nError, L_UCHAR nType, L_UINT32 nBytes) {
  if (nError != DICOM_SUCCESS) {
    Warn(peer_ + ": " + PduName(nType) + " of " + std::to_string(nBytes) +
         " bytes was not sent: " + ErrorWords(nError));
  }
}

L_VOID TracedNet::OnSendExt(pDICOMNETDEBUGINFOONSEND pInfo) {
  if (pInfo->nError == DICOM_SUCCESS) {
    Debug(peer_ + ": sent " + PduName(pInfo->nType) + ", " + std::to_string(pInfo->nBytes) + " bytes" +
          HexDump(pInfo->pSentData, pInfo->nBytes));
  }
}

}  // namespace ldicom
