// CallbackNet: the LDicomNet behind a network handle of the C functions. Each hook goes to the callback that the
// program has set for it, and where there is none to the hook's default.
//
// The tables of callbacks are copies under a lock, which is never held while a callback runs. After a callback has
// returned nothing of the object is touched: the callback may have freed it.

#ifndef LDICOMNET_CPP_C_CALLBACK_NET_H
#define LDICOMNET_CPP_C_CALLBACK_NET_H

#include <array>
#include <atomic>
#include <cstddef>
#include <mutex>
#include <optional>

#include "c_handles.h"
#include "ldicomnet/callbacks.h"
#include "ldicomnet/dicom_net.h"

namespace ldicomnet::detail {

class CallbackNet final : public LDicomNet {
 public:
  CallbackNet(const L_TCHAR* path, L_INT32 mode) : LDicomNet(path, mode) {}
  // Not initialised.
  CallbackNet(const L_TCHAR* path, L_INT32 mode, L_BOOL reserved) : LDicomNet(path, mode, reserved) {}
  ~CallbackNet() override;
  CallbackNet(const CallbackNet&) = delete;
  CallbackNet& operator=(const CallbackNet&) = delete;

  // The handle of a new object, which it takes over, and the end of one: L_DicomCreateNet and L_DicomFreeNet.
  static HDICOMNET Publish(std::unique_ptr<CallbackNet> net);
  static void Free(HDICOMNET handle) noexcept;
  // The handle of an object that is one of ours and not being freed, else NULL. The pointer is only compared: whatever
  // it pointed to may be gone.
  static HDICOMNET HandleOf(const LDicomNet* net) noexcept;

  // NULL takes all callbacks away. False for a size that is not one of the structure's.
  void SetCallbacks(const DICOMNETCALLBACK* callbacks) noexcept;
  bool SetCallbacks(const DICOMNETCALLBACKEXT* callbacks) noexcept;

  // A lent handle of a copy of the negotiated association; NULL when there is none.
  HDICOMPDU AssociateHandle();
  // Another association has been negotiated.
  void ForgetAssociate() noexcept { associate_is_old_ = true; }
  // A lent handle of the command set that the callback running on this thread is about; NULL when there is none.
  HDICOMDS CommandSetHandle();

  L_VOID OnConnect(L_INT nError) override;
  L_VOID OnAccept(L_INT nError) override;
  L_VOID OnClose(L_INT nError, LDicomNet* pNet) override;
  L_VOID OnReceive(L_INT nError, L_UCHAR nType, L_UCHAR* pBuffer, L_UINT32 nBytes) override;
  L_VOID OnSend(L_INT nError, L_UCHAR nType, L_UINT32 nBytes) override;
  L_VOID OnSendExt(pDICOMNETDEBUGINFOONSEND pInfo) override;
  L_VOID OnBeforeSendCommandSet(LDicomDS* pCS) override;
  L_VOID OnReceiveAssociateRequest(LDicomAssociate* pPDU) override;
  L_VOID OnReceiveAssociateAccept(LDicomAssociate* pPDU) override;
  L_VOID OnReceiveAssociateReject(L_UCHAR nResult, L_UCHAR nSource, L_UCHAR nReason) override;
  L_VOID OnReceiveReleaseRequest() override;
  L_VOID OnReceiveReleaseResponse() override;
  L_VOID OnReceiveAbort(L_UCHAR nSource, L_UCHAR nReason) override;
  L_VOID OnReceiveData(L_UCHAR nPresentationID, LDicomDS* pCS, LDicomDS* pDS) override;
  L_VOID OnReceiveUnknown(L_UCHAR nPresentationID, LDicomDS* pCS, LDicomDS* pDS) override;
  L_VOID OnReceiveCStoreRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass, L_TCHAR* pszInstance,
                                L_UINT16 nPriority, L_TCHAR* pszMoveAE, L_UINT16 nMoveMessageID,
                                LDicomDS* pDS) override;
  L_VOID OnReceiveCStoreResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass, L_TCHAR* pszInstance,
                                 L_UINT16 nStatus) override;
  L_VOID OnReceiveCFindRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass, L_UINT16 nPriority,
                               LDicomDS* pDS) override;
  L_VOID OnReceiveCFindResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass, L_UINT16 nStatus,
                                LDicomDS* pDS) override;
  L_VOID OnReceiveCGetRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass, L_UINT16 nPriority,
                              LDicomDS* pDS) override;
  L_VOID OnReceiveCGetResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass, L_UINT16 nStatus,
                               L_UINT16 nRemaining, L_UINT16 nCompleted, L_UINT16 nFailed, L_UINT16 nWarning,
                               LDicomDS* pDS) override;
  L_VOID OnReceiveCMoveRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass, L_UINT16 nPriority,
                               L_TCHAR* pszMoveAE, LDicomDS* pDS) override;
  L_VOID OnReceiveCMoveResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass, L_UINT16 nStatus,
                                L_UINT16 nRemaining, L_UINT16 nCompleted, L_UINT16 nFailed, L_UINT16 nWarning,
                                LDicomDS* pDS) override;
  L_VOID OnReceiveCCancelRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID) override;
  L_VOID OnReceiveCEchoRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass) override;
  L_VOID OnReceiveCEchoResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                L_UINT16 nStatus) override;
  L_VOID OnReceiveNReportRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass, L_TCHAR* pszInstance,
                                 L_UINT16 nEvent, LDicomDS* pDS) override;
  L_VOID OnReceiveNReportResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass, L_TCHAR* pszInstance,
                                  L_UINT16 nStatus, L_UINT16 nEvent, LDicomDS* pDS) override;
  L_VOID OnReceiveNGetRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass, L_TCHAR* pszInstance,
                              L_UINT32* pnAttribute, L_UINT16 nCount) override;
  L_VOID OnReceiveNGetResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass, L_TCHAR* pszInstance,
                               L_UINT16 nStatus, LDicomDS* pDS) override;
  L_VOID OnReceiveNSetRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass, L_TCHAR* pszInstance,
                              LDicomDS* pDS) override;
  L_VOID OnReceiveNSetResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass, L_TCHAR* pszInstance,
                               L_UINT16 nStatus, LDicomDS* pDS) override;
  L_VOID OnReceiveNActionRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass, L_TCHAR* pszInstance,
                                 L_UINT16 nAction, LDicomDS* pDS) override;
  L_VOID OnReceiveNActionResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass, L_TCHAR* pszInstance,
                                  L_UINT16 nStatus, L_UINT16 nAction, LDicomDS* pDS) override;
  L_VOID OnReceiveNCreateRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass, L_TCHAR* pszInstance,
                                 LDicomDS* pDS) override;
  L_VOID OnReceiveNCreateResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass, L_TCHAR* pszInstance,
                                  L_UINT16 nStatus, LDicomDS* pDS) override;
  L_VOID OnReceiveNDeleteRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                 L_TCHAR* pszInstance) override;
  L_VOID OnReceiveNDeleteResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass, L_TCHAR* pszInstance,
                                  L_UINT16 nStatus) override;
  L_VOID OnSecureLinkReady(L_UINT32 nError) override;
  L_INT OnPrivateKeyPassword(L_TCHAR* pszPassword, L_INT nSize, L_INT nFlag) override;
  L_INT OnVerify(L_INT ok, L_TCHAR* pszCertificateString, L_INT nError, L_TCHAR* pszErrorString) override;
  L_INT OnCondition(const DICOMCONNECTIONINFO* pInfo) override;

 private:
  class Frame;

  template <class Function>
  struct Target {
    Function function;
    L_VOID* user_data;
  };
  template <class Function>
  Target<Function> Pick(Function DICOMNETCALLBACK::*member) const;
  template <class Function>
  Target<Function> Pick(Function DICOMNETCALLBACKEXT::*member) const;

  // Calls the callback with the hook's arguments, handles in the place of objects. False when there is none.
  template <class Table, class Function, class... Arguments>
  bool Forward(Function Table::*member, Arguments... arguments);
  // The same for a callback that answers.
  template <class Table, class Function, class... Arguments>
  std::optional<L_INT> Ask(Function Table::*member, Arguments... arguments);

  HDICOMNET handle_ = nullptr;  // Set before anybody knows the object, and never changed.

  mutable std::mutex callbacks_mutex_;
  DICOMNETCALLBACK callbacks_ = {};         // Guarded by callbacks_mutex_.
  DICOMNETCALLBACKEXT callbacks_ext_ = {};  // Guarded by callbacks_mutex_.

  std::mutex associate_mutex_;
  HDICOMPDU associate_ = nullptr;                      // Guarded by associate_mutex_.
  const LDicomAssociate* associate_source_ = nullptr;  // What it is a copy of; only compared.
  std::atomic<bool> associate_is_old_{false};
};

template <>
struct HandleTraits<CallbackNet> {
  static constexpr HandleKind kKind = HandleKind::kNet;
};

}  // namespace ldicomnet::detail

#endif  // LDICOMNET_CPP_C_CALLBACK_NET_H
