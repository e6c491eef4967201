// The C functions that send messages (c_api_net.h): each looks its handles up and calls the member of LDicomNet.

#include "c_net_calls.h"
#include "ldicomnet/c_api_net.h"

using ldicomnet::detail::Do;
using ldicomnet::detail::Pinned;

namespace {

// Calls `member` of a network object with the data set behind a handle; NULL is no data set.
template <class Member>
L_INT DoWith(HDICOMNET net_handle, HDICOMDS data_set_handle, Member&& member) noexcept {
  return Do(net_handle, [&](LDicomNet& net) -> L_INT {
    const Pinned<LDicomDS> data_set(data_set_handle);
    if (data_set_handle != nullptr && !data_set)
      return DICOM_ERROR_PARAMETER;
    return member(net, data_set.get());
  });
}

}  // namespace

LDICOMNET_C_BEGIN

L_INT EXT_FUNCTION L_DicomSendData(HDICOMNET hNet, L_UCHAR nPresentationID, HDICOMDS hCS, HDICOMDS hDS) {
  return DoWith(hNet, hDS, [&](LDicomNet& net, LDicomDS* data_set) -> L_INT {
    const Pinned<LDicomDS> command_set(hCS);
    return command_set ? net.SendData(nPresentationID, command_set.get(), data_set) : DICOM_ERROR_PARAMETER;
  });
}

// ---- C-STORE, C-FIND, C-GET, C-MOVE, C-CANCEL, C-ECHO (PS3.7 9.3) ----------------------------------

L_INT EXT_FUNCTION L_DicomSendCStoreRequest(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                            const L_TCHAR* pszClass, const L_TCHAR* pszInstance, L_UINT16 nPriority,
                                            const L_TCHAR* pszMoveAE, L_UINT16 nMoveMessageID, HDICOMDS hDS) {
  return DoWith(hNet, hDS, [&](LDicomNet& net, LDicomDS* data_set) {
    return net.SendCStoreRequest(nPresentationID, nMessageID, pszClass, pszInstance, nPriority, pszMoveAE,
                                 nMoveMessageID, data_set);
  });
}

L_INT EXT_FUNCTION L_DicomSendCStoreResponse(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                             const L_TCHAR* pszClass, const L_TCHAR* pszInstance, L_UINT16 nStatus) {
  return Do(hNet, [&](LDicomNet& net) {
    return net.SendCStoreResponse(nPresentationID, nMessageID, pszClass, pszInstance, nStatus);
  });
}

L_INT EXT_FUNCTION L_DicomSendCFindRequest(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                           const L_TCHAR* pszClass, L_UINT16 nPriority, HDICOMDS hDS) {
  return DoWith(hNet, hDS, [&](LDicomNet& net, LDicomDS* data_set) {
    return net.SendCFindRequest(nPresentationID, nMessageID, pszClass, nPriority, data_set);
  });
}

L_INT EXT_FUNCTION L_DicomSendCFindResponse(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                            const L_TCHAR* pszClass, L_UINT16 nStatus, HDICOMDS hDS) {
  return DoWith(hNet, hDS, [&](LDicomNet& net, LDicomDS* data_set) {
    return net.SendCFindResponse(nPresentationID, nMessageID, pszClass, nStatus, data_set);
  });
}

L_INT EXT_FUNCTION L_DicomSendCGetRequest(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                          const L_TCHAR* pszClass, L_UINT16 nPriority, HDICOMDS hDS) {
  return DoWith(hNet, hDS, [&](LDicomNet& net, LDicomDS* data_set) {
    return net.SendCGetRequest(nPresentationID, nMessageID, pszClass, nPriority, data_set);
  });
}

L_INT EXT_FUNCTION L_DicomSendCGetResponse(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                           const L_TCHAR* pszClass, L_UINT16 nStatus, L_UINT16 nRemaining,
                                           L_UINT16 nCompleted, L_UINT16 nFailed, L_UINT16 nWarning, HDICOMDS hDS) {
  return DoWith(hNet, hDS, [&](LDicomNet& net, LDicomDS* data_set) {
    return net.SendCGetResponse(nPresentationID, nMessageID, pszClass, nStatus, nRemaining, nCompleted, nFailed,
                                nWarning, data_set);
  });
}

L_INT EXT_FUNCTION L_DicomSendCMoveRequest(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                           const L_TCHAR* pszClass, L_UINT16 nPriority, const L_TCHAR* pszMoveAE,
                                           HDICOMDS hDS) {
  return DoWith(hNet, hDS, [&](LDicomNet& net, LDicomDS* data_set) {
    return net.SendCMoveRequest(nPresentationID, nMessageID, pszClass, nPriority, pszMoveAE, data_set);
  });
}

L_INT EXT_FUNCTION L_DicomSendCMoveResponse(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                            const L_TCHAR* pszClass, L_UINT16 nStatus, L_UINT16 nRemaining,
                                            L_UINT16 nCompleted, L_UINT16 nFailed, L_UINT16 nWarning, HDICOMDS hDS) {
  return DoWith(hNet, hDS, [&](LDicomNet& net, LDicomDS* data_set) {
    return net.SendCMoveResponse(nPresentationID, nMessageID, pszClass, nStatus, nRemaining, nCompleted, nFailed,
                                 nWarning, data_set);
  });
}

L_INT EXT_FUNCTION L_DicomSendCCancelRequest(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID) {
  return Do(hNet, [&](LDicomNet& net) { return net.SendCCancelRequest(nPresentationID, nMessageID); });
}

L_INT EXT_FUNCTION L_DicomSendCEchoRequest(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                           const L_TCHAR* pszClass) {
  return Do(hNet, [&](LDicomNet& net) { return net.SendCEchoRequest(nPresentationID, nMessageID, pszClass); });
}

L_INT EXT_FUNCTION L_DicomSendCEchoResponse(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                            const L_TCHAR* pszClass, L_UINT16 nStatus) {
  return Do(hNet,
            [&](LDicomNet& net) { return net.SendCEchoResponse(nPresentationID, nMessageID, pszClass, nStatus); });
}

// ---- N-EVENT-REPORT, N-GET, N-SET, N-ACTION, N-CREATE, N-DELETE (PS3.7 10.3) -------------------------

L_INT EXT_FUNCTION L_DicomSendNReportRequest(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                             const L_TCHAR* pszClass, const L_TCHAR* pszInstance, L_UINT16 nEvent,
                                             HDICOMDS hDS) {
  return DoWith(hNet, hDS, [&](LDicomNet& net, LDicomDS* data_set) {
    return net.SendNReportRequest(nPresentationID, nMessageID, pszClass, pszInstance, nEvent, data_set);
  });
}

L_INT EXT_FUNCTION L_DicomSendNReportResponse(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                              const L_TCHAR* pszClass, const L_TCHAR* pszInstance, L_UINT16 nStatus,
                                              L_UINT16 nEvent, HDICOMDS hDS) {
  return DoWith(hNet, hDS, [&](LDicomNet& net, LDicomDS* data_set) {
    return net.SendNReportResponse(nPresentationID, nMessageID, pszClass, pszInstance, nStatus, nEvent, data_set);
  });
}

L_INT EXT_FUNCTION L_DicomSendNGetRequest(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                          const L_TCHAR* pszClass, const L_TCHAR* pszInstance,
                                          const L_UINT32* pnAttribute, L_UINT16 nCount) {
  return Do(hNet, [&](LDicomNet& net) {
    return net.SendNGetRequest(nPresentationID, nMessageID, pszClass, pszInstance, pnAttribute, nCount);
  });
}

L_INT EXT_FUNCTION L_DicomSendNGetResponse(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                           const L_TCHAR* pszClass, const L_TCHAR* pszInstance, L_UINT16 nStatus,
                                           HDICOMDS hDS) {
  return DoWith(hNet, hDS, [&](LDicomNet& net, LDicomDS* data_set) {
    return net.SendNGetResponse(nPresentationID, nMessageID, pszClass, pszInstance, nStatus, data_set);
  });
}

L_INT EXT_FUNCTION L_DicomSendNSetRequest(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                          const L_TCHAR* pszClass, const L_TCHAR* pszInstance, HDICOMDS hDS) {
  return DoWith(hNet, hDS, [&](LDicomNet& net, LDicomDS* data_set) {
    return net.SendNSetRequest(nPresentationID, nMessageID, pszClass, pszInstance, data_set);
  });
}

L_INT EXT_FUNCTION L_DicomSendNSetResponse(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                           const L_TCHAR* pszClass, const L_TCHAR* pszInstance, L_UINT16 nStatus,
                                           HDICOMDS hDS) {
  return DoWith(hNet, hDS, [&](LDicomNet& net, LDicomDS* data_set) {
    return net.SendNSetResponse(nPresentationID, nMessageID, pszClass, pszInstance, nStatus, data_set);
  });
}

L_INT EXT_FUNCTION L_DicomSendNActionRequest(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                             const L_TCHAR* pszClass, const L_TCHAR* pszInstance, L_UINT16 nAction,
                                             HDICOMDS hDS) {
  return DoWith(hNet, hDS, [&](LDicomNet& net, LDicomDS* data_set) {
    return net.SendNActionRequest(nPresentationID, nMessageID, pszClass, pszInstance, nAction, data_set);
  });
}

L_INT EXT_FUNCTION L_DicomSendNActionResponse(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                              const L_TCHAR* pszClass, const L_TCHAR* pszInstance, L_UINT16 nStatus,
                                              L_UINT16 nAction, HDICOMDS hDS) {
  return DoWith(hNet, hDS, [&](LDicomNet& net, LDicomDS* data_set) {
    return net.SendNActionResponse(nPresentationID, nMessageID, pszClass, pszInstance, nStatus, nAction, data_set);
  });
}

L_INT EXT_FUNCTION L_DicomSendNCreateRequest(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                             const L_TCHAR* pszClass, const L_TCHAR* pszInstance, HDICOMDS hDS) {
  return DoWith(hNet, hDS, [&](LDicomNet& net, LDicomDS* data_set) {
    return net.SendNCreateRequest(nPresentationID, nMessageID, pszClass, pszInstance, data_set);
  });
}

L_INT EXT_FUNCTION L_DicomSendNCreateResponse(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                              const L_TCHAR* pszClass, const L_TCHAR* pszInstance, L_UINT16 nStatus,
                                              HDICOMDS hDS) {
  return DoWith(hNet, hDS, [&](LDicomNet& net, LDicomDS* data_set) {
    return net.SendNCreateResponse(nPresentationID, nMessageID, pszClass, pszInstance, nStatus, data_set);
  });
}

L_INT EXT_FUNCTION L_DicomSendNDeleteRequest(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                             const L_TCHAR* pszClass, const L_TCHAR* pszInstance) {
  return Do(hNet,
            [&](LDicomNet& net) { return net.SendNDeleteRequest(nPresentationID, nMessageID, pszClass, pszInstance); });
}

L_INT EXT_FUNCTION L_DicomSendNDeleteResponse(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                              const L_TCHAR* pszClass, const L_TCHAR* pszInstance, L_UINT16 nStatus) {
  return Do(hNet, [&](LDicomNet& net) {
    return net.SendNDeleteResponse(nPresentationID, nMessageID, pszClass, pszInstance, nStatus);
  });
}

LDICOMNET_C_END
