// The network objects of interop_probe: every hook is written to standard output as it comes, one JSON object a line.
//
// They decide nothing but what Answers says; the rest is left to commands, or to the library's defaults.

#ifndef LDICOMNET_TESTS_INTEROP_PROBE_NET_H
#define LDICOMNET_TESTS_INTEROP_PROBE_NET_H

#include <array>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "ltdic.h"

namespace probe {

// Writes {MEMBERS} as a line, at once, from any thread.
void Write(const std::string& members);

// A command set of a C-STORE, request or response.
void SetText(LDicomDS& command, L_UINT32 tag, const std::string& text);
void SetNumber(LDicomDS& command, L_UINT32 tag, L_UINT16 number);

// Command elements (PS3.7 Annex E).
constexpr L_UINT32 kAffectedSopClass = 0x00000002;
constexpr L_UINT32 kMessageId = 0x00000110;
constexpr L_UINT32 kMessageIdRespondedTo = 0x00000120;
constexpr L_UINT32 kStatus = 0x00000900;
constexpr L_UINT32 kAffectedSopInstance = 0x00001000;

// What requests are answered with: set by commands, read by hooks.
class Answers {
 public:
  struct Rejection {
    L_UCHAR result;
    L_UCHAR source;
    L_UCHAR reason;
  };

  // What a request for an association is answered with at once; neither is set at first, and it is left to a command.
  void Accept(const LDicomAssociate& answer);
  void Reject(Rejection rejection);
  // Leaves requests for the release to a command.
  void HoldRelease(bool hold);
  // Takes C-STORE requests, which are left to the library's default otherwise.
  void TakeStores(bool take);
  // Leaves every request but C-ECHO to commands, and shows all its parameters, as those of responses always are. Else
  // requests are left to the library's defaults.
  void LeaveServices(bool leave);
  // What echoes and stores are answered with.
  void SetStatus(L_UINT16 status);

 private:
  friend class Net;

  std::mutex mutex_;
  std::unique_ptr<LDicomAssociate> accept_;
  std::unique_ptr<Rejection> reject_;
  bool hold_release_ = false;
  bool take_stores_ = false;
  bool leave_services_ = false;
  L_UINT16 status_ = COMMAND_STATUS_SUCCESS;
};

// One object; make it as ldicomnet::Closing<Net>.
class Net : public LDicomNet {
 public:
  Net(int number, Answers& answers) : number_(number), answers_(answers) {}

  // The newest connection that this listener accepted; itself before the first.
  std::shared_ptr<LDicomNet> Newest();

  L_VOID OnConnect(L_INT nError) override;
  L_VOID OnAccept(L_INT nError) override;
  L_VOID OnClose(L_INT nError, LDicomNet* pNet) override;
  L_VOID OnReceiveAssociateRequest(LDicomAssociate* pPDU) override;
  L_VOID OnReceiveAssociateAccept(LDicomAssociate* pPDU) override;
  L_VOID OnReceiveAssociateReject(L_UCHAR nResult, L_UCHAR nSource, L_UCHAR nReason) override;
  L_VOID OnReceiveReleaseRequest() override;
  L_VOID OnReceiveReleaseResponse() override;
  L_VOID OnReceiveAbort(L_UCHAR nSource, L_UCHAR nReason) override;
  L_VOID OnReceiveCEchoRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass) override;
  L_VOID OnReceiveCEchoResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                L_UINT16 nStatus) override;
  // Shows lengths and hashes where it takes stores, and all there is where it leaves services.
  L_VOID OnReceiveCStoreRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass, L_TCHAR* pszInstance,
                                L_UINT16 nPriority, L_TCHAR* pszMoveAE, L_UINT16 nMoveMessageID,
                                LDicomDS* pDS) override;

  // In services.cpp.
  L_VOID OnReceiveUnknown(L_UCHAR nPresentationID, LDicomDS* pCS, LDicomDS* pDS) override;
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

 private:
  void Show(const char* hook, const std::string& members = "") const;
  L_UINT16 Status();
  bool LeavesServices();
  // The parameters of a message: those that every one has, further ones as JSON members, its data set, and the elements
  // of its command set.
  void ShowMessage(const char* hook, L_UCHAR context, L_UINT16 message, const std::string& members,
                   LDicomDS* data_set = nullptr) const;

  const int number_;
  Answers& answers_;
  std::mutex mutex_;
  // Guarded by mutex_. Kept to the end of the program: a test is over before they are many.
  std::map<int, std::shared_ptr<LDicomNet>> accepted_;
};

}  // namespace probe

#endif  // LDICOMNET_TESTS_INTEROP_PROBE_NET_H
