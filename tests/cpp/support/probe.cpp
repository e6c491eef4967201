// Probe: every hook logs itself and what it was given, and runs the test's action.

#include <cstdio>

#include "support/world.h"

namespace test {
namespace {

std::string Hexadecimal(unsigned number) {
  char text[16];
  std::snprintf(text, sizeof(text), "%04X", number);
  return text;
}

std::string Joined(const std::vector<unsigned>& numbers) {
  std::string text;
  for (const unsigned number : numbers)
    text += " " + std::to_string(number);
  return text;
}

// Counts a hook in and out, by return or by exception.
class Running {
 public:
  Running(std::shared_ptr<std::atomic<int>> running, std::atomic<int>& overlaps) : running_(std::move(running)) {
    if (running_ && running_->fetch_add(1) != 0)
      ++overlaps;
  }
  ~Running() {
    if (running_)
      running_->fetch_sub(1);
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

 private:
  const std::shared_ptr<std::atomic<int>> running_;
};

}  // namespace

Probe::Probe(std::shared_ptr<World> world, std::string name)
    : world_(std::move(world)), name_(std::move(name)), running_(std::make_shared<std::atomic<int>>(0)) {}

Probe::~Probe() {
  Close();
  world_->log.Add("~" + name_);
}

void Probe::Run(const char* hook, const std::string& details, Call& call, bool is_serial) {
  const std::shared_ptr<World> world = world_;
  const std::string where = name_ + "." + hook;
  const Running running(is_serial ? running_ : nullptr, world->overlaps_);
  world->log.Add(where + details);
  const Action action = world->Find(where);
  if (action) {
    action(*this, call);
  } else {
    call.base();
  }
}

L_VOID Probe::OnConnect(L_INT nError) {
  Call call;
  call.error = nError;
  call.base = [&] { LDicomNet::OnConnect(nError); };
  Run("OnConnect", " " + std::to_string(nError), call);
}

L_VOID Probe::OnAccept(L_INT nError) {
  Call call;
  call.error = nError;
  call.base = [&] { LDicomNet::OnAccept(nError); };
  Run("OnAccept", " " + std::to_string(nError), call);
}

L_VOID Probe::OnClose(L_INT nError, LDicomNet* pNet) {
  Call call;
  call.error = nError;
  call.net = pNet;
  call.base = [&] { LDicomNet::OnClose(nError, pNet); };
  Run("OnClose", " " + std::to_string(nError), call);
}

L_VOID Probe::OnReceive(L_INT nError, L_UCHAR nType, L_UCHAR* pBuffer, L_UINT32 nBytes) {
  Call call;
  call.error = nError;
  call.type = nType;
  call.bytes = pBuffer;
  call.length = nBytes;
  call.base = [&] { LDicomNet::OnReceive(nError, nType, pBuffer, nBytes); };
  Run("OnReceive", " " + std::to_string(nType), call);
}

L_VOID Probe::OnSend(L_INT nError, L_UCHAR nType, L_UINT32 nBytes) {
  Call call;
  call.error = nError;
  call.type = nType;
  call.length = nBytes;
  call.base = [&] { LDicomNet::OnSend(nError, nType, nBytes); };
  Run("OnSend", " " + std::to_string(nType), call);
}

L_VOID Probe::OnSendExt(pDICOMNETDEBUGINFOONSEND pInfo) {
  Call call;
  call.error = pInfo->nError;
  call.type = pInfo->nType;
  call.bytes = pInfo->pSentData;
  call.length = pInfo->nBytes;
  call.base = [&] { LDicomNet::OnSendExt(pInfo); };
  Run("OnSendExt", " " + std::to_string(pInfo->nType), call);
}

L_VOID Probe::OnBeforeSendCommandSet(LDicomDS* pCS) {
  Call call;
  call.command = pCS;
  call.base = [&] { LDicomNet::OnBeforeSendCommandSet(pCS); };
  Run("OnBeforeSendCommandSet", "", call, false);
}

L_VOID Probe::OnReceiveAssociateRequest(LDicomAssociate* pPDU) {
  Call call;
  call.associate = pPDU;
  call.base = [&] { LDicomNet::OnReceiveAssociateRequest(pPDU); };
  Run("OnReceiveAssociateRequest", "", call);
}

L_VOID Probe::OnReceiveAssociateAccept(LDicomAssociate* pPDU) {
  Call call;
  call.associate = pPDU;
  call.base = [&] { LDicomNet::OnReceiveAssociateAccept(pPDU); };
  Run("OnReceiveAssociateAccept", "", call);
}

L_VOID Probe::OnReceiveAssociateReject(L_UCHAR nResult, L_UCHAR nSource, L_UCHAR nReason) {
  Call call;
  call.result = nResult;
  call.source = nSource;
  call.reason = nReason;
  call.base = [&] { LDicomNet::OnReceiveAssociateReject(nResult, nSource, nReason); };
  Run("OnReceiveAssociateReject", Joined({nResult, nSource, nReason}), call);
}

L_VOID Probe::OnReceiveReleaseRequest() {
  Call call;
  call.base = [&] { LDicomNet::OnReceiveReleaseRequest(); };
  Run("OnReceiveReleaseRequest", "", call);
}

L_VOID Probe::OnReceiveReleaseResponse() {
  Call call;
  call.base = [&] { LDicomNet::OnReceiveReleaseResponse(); };
  Run("OnReceiveReleaseResponse", "", call);
}

L_VOID Probe::OnReceiveAbort(L_UCHAR nSource, L_UCHAR nReason) {
  Call call;
  call.source = nSource;
  call.reason = nReason;
  call.base = [&] { LDicomNet::OnReceiveAbort(nSource, nReason); };
  Run("OnReceiveAbort", Joined({nSource, nReason}), call);
}

L_VOID Probe::OnReceiveData(L_UCHAR nPresentationID, LDicomDS* pCS, LDicomDS* pDS) {
  Call call;
  call.context = nPresentationID;
  call.command = pCS;
  call.data = pDS;
  call.base = [&] { LDicomNet::OnReceiveData(nPresentationID, pCS, pDS); };
  Run("OnReceiveData", " " + Hexadecimal(Number(*pCS, TAG_COMMAND_FIELD)), call);
}

L_VOID Probe::OnReceiveUnknown(L_UCHAR nPresentationID, LDicomDS* pCS, LDicomDS* pDS) {
  Call call;
  call.context = nPresentationID;
  call.command = pCS;
  call.data = pDS;
  call.base = [&] { LDicomNet::OnReceiveUnknown(nPresentationID, pCS, pDS); };
  Run("OnReceiveUnknown", " " + Hexadecimal(Number(*pCS, TAG_STATUS)), call);
}

L_VOID Probe::OnReceiveCStoreRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                     L_TCHAR* pszInstance, L_UINT16 nPriority, L_TCHAR* pszMoveAE,
                                     L_UINT16 nMoveMessageID, LDicomDS* pDS) {
  Call call;
  call.context = nPresentationID;
  call.message_id = nMessageID;
  call.sop_class = pszClass;
  call.instance = pszInstance;
  call.number = nPriority;
  call.data = pDS;
  call.base = [&] {
    LDicomNet::OnReceiveCStoreRequest(nPresentationID, nMessageID, pszClass, pszInstance, nPriority, pszMoveAE,
                                      nMoveMessageID, pDS);
  };
  Run("OnReceiveCStoreRequest", Joined({nPresentationID, nMessageID}), call);
}

L_VOID Probe::OnReceiveCStoreResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                      L_TCHAR* pszInstance, L_UINT16 nStatus) {
  Call call;
  call.context = nPresentationID;
  call.message_id = nMessageID;
  call.sop_class = pszClass;
  call.instance = pszInstance;
  call.status = nStatus;
  call.base = [&] { LDicomNet::OnReceiveCStoreResponse(nPresentationID, nMessageID, pszClass, pszInstance, nStatus); };
  Run("OnReceiveCStoreResponse", Joined({nPresentationID, nMessageID}) + " " + Hexadecimal(nStatus), call);
}

L_VOID Probe::OnReceiveCFindRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass, L_UINT16 nPriority,
                                    LDicomDS* pDS) {
  Call call;
  call.context = nPresentationID;
  call.message_id = nMessageID;
  call.sop_class = pszClass;
  call.number = nPriority;
  call.data = pDS;
  call.base = [&] { LDicomNet::OnReceiveCFindRequest(nPresentationID, nMessageID, pszClass, nPriority, pDS); };
  Run("OnReceiveCFindRequest", Joined({nPresentationID, nMessageID}), call);
}

L_VOID Probe::OnReceiveCCancelRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID) {
  Call call;
  call.context = nPresentationID;
  call.message_id = nMessageID;
  call.base = [&] { LDicomNet::OnReceiveCCancelRequest(nPresentationID, nMessageID); };
  Run("OnReceiveCCancelRequest", Joined({nPresentationID, nMessageID}), call);
}

L_VOID Probe::OnReceiveCEchoRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass) {
  Call call;
  call.context = nPresentationID;
  call.message_id = nMessageID;
  call.sop_class = pszClass;
  call.base = [&] { LDicomNet::OnReceiveCEchoRequest(nPresentationID, nMessageID, pszClass); };
  Run("OnReceiveCEchoRequest", Joined({nPresentationID, nMessageID}), call);
}

L_VOID Probe::OnReceiveCEchoResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                     L_UINT16 nStatus) {
  Call call;
  call.context = nPresentationID;
  call.message_id = nMessageID;
  call.sop_class = pszClass;
  call.status = nStatus;
  call.base = [&] { LDicomNet::OnReceiveCEchoResponse(nPresentationID, nMessageID, pszClass, nStatus); };
  Run("OnReceiveCEchoResponse", Joined({nPresentationID, nMessageID}) + " " + Hexadecimal(nStatus), call);
}

L_VOID Probe::OnReceiveNGetRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                   L_TCHAR* pszInstance, L_UINT32* pnAttribute, L_UINT16 nCount) {
  Call call;
  call.context = nPresentationID;
  call.message_id = nMessageID;
  call.sop_class = pszClass;
  call.instance = pszInstance;
  call.tags = pnAttribute;
  call.number = nCount;
  call.base = [&] {
    LDicomNet::OnReceiveNGetRequest(nPresentationID, nMessageID, pszClass, pszInstance, pnAttribute, nCount);
  };
  Run("OnReceiveNGetRequest", Joined({nPresentationID, nMessageID}), call);
}

L_VOID Probe::OnSecureLinkReady(L_UINT32 nError) {
  Call call;
  call.error = static_cast<L_INT>(nError);
  call.base = [&] { LDicomNet::OnSecureLinkReady(nError); };
  Run("OnSecureLinkReady", " " + std::to_string(nError), call);
}

L_INT Probe::OnPrivateKeyPassword(L_TCHAR* pszPassword, L_INT nSize, L_INT nFlag) {
  Call call;
  call.base = [&] { call.answer = LDicomNet::OnPrivateKeyPassword(pszPassword, nSize, nFlag); };
  Run("OnPrivateKeyPassword", "", call, false);
  if (call.text.empty())
    return call.answer;
  EXPECT_LT(call.text.size(), static_cast<std::size_t>(nSize));
  call.text.copy(pszPassword, static_cast<std::size_t>(nSize));
  return static_cast<L_INT>(call.text.size());
}

L_INT Probe::OnVerify(L_INT ok, L_TCHAR* pszCertificateString, L_INT nError, L_TCHAR* pszErrorString) {
  Call call;
  call.error = nError;
  call.text = std::string(pszCertificateString) + ": " + pszErrorString;
  call.base = [&] { call.answer = LDicomNet::OnVerify(ok, pszCertificateString, nError, pszErrorString); };
  Run("OnVerify", " " + std::to_string(ok) + " " + std::to_string(nError), call);
  return call.answer;
}

L_VOID Probe::OnCreateCTX(L_SSL_CTX* pCtx) {
  Call call;
  call.base = [&] { LDicomNet::OnCreateCTX(pCtx); };
  Run("OnCreateCTX", pCtx == GetCTX() && pCtx != nullptr ? "" : " of nothing", call, false);
}

L_INT Probe::OnCondition(const DICOMCONNECTIONINFO* pInfo) {
  Call call;
  call.condition = pInfo;
  call.base = [&] { call.answer = LDicomNet::OnCondition(pInfo); };
  Run("OnCondition", "", call);
  return call.answer;
}

L_INT Probe::OnStoreBegin(const DICOMSTOREINFO* pInfo, L_TCHAR* pszPath, L_UINT32 nSize) {
  Call call;
  call.message_id = pInfo->nMessageID;
  call.store = pInfo;
  call.path = pszPath;
  call.length = nSize;
  call.base = [&] { call.answer = LDicomNet::OnStoreBegin(pInfo, pszPath, nSize); };
  Run("OnStoreBegin", " " + std::to_string(pInfo->nMessageID), call);
  return call.answer;
}

}  // namespace test
