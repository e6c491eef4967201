// The C functions of network handles (c_api_net.h): each looks its handles up and calls the member of LDicomNet.

#include "ldicomnet/c_api_net.h"

#include <memory>
#include <mutex>
#include <utility>

#include "c_handles.h"
#include "c_net_calls.h"
#include "dicom_net_impl.h"
#include "hook_sink.h"
#include "ldicomnet/dicom_net_helpers.h"
#include "net_callbacks.h"

using ldicomnet::detail::Ask;
using ldicomnet::detail::CallbackFrame;
using ldicomnet::detail::CodeOf;
using ldicomnet::detail::Do;
using ldicomnet::detail::HandleHolder;
using ldicomnet::detail::HandleKind;
using ldicomnet::detail::HookSink;
using ldicomnet::detail::NetAccess;
using ldicomnet::detail::NetState;
using ldicomnet::detail::Pinned;
using ldicomnet::detail::Run;
using ldicomnet::detail::Tell;
using ldicomnet::detail::ValueOf;

namespace {

// A handle that takes a new object over.
HDICOMNET Publish(std::unique_ptr<LDicomNet> net) {
  const NetState& state = NetAccess::State(*net);
  const HDICOMNET handle = ldicomnet::detail::HandleFor(std::move(net));
  state.sink->AdoptHandle(handle);
  return handle;
}

HDICOMNET HandleOf(const std::shared_ptr<HookSink>& sink) {
  return sink ? sink->Handle() : nullptr;
}

HDICOMPDU LendAssociate(NetState& state) {
  const std::lock_guard<std::mutex> lock(state.associate_mutex);
  if (!state.ShowAssociate())
    return nullptr;
  if (state.lent_associate == nullptr || state.lent_number != state.associate_number) {
    const HDICOMPDU fresh = ldicomnet::detail::HandleFor(std::unique_ptr<LDicomAssociate>(state.associate->Clone()),
                                                         HandleHolder::kLibrary);
    ldicomnet::detail::FreeHandle<LDicomAssociate>(state.lent_associate, HandleHolder::kLibrary);
    state.lent_associate = fresh;
    state.lent_number = state.associate_number;
  }
  return state.lent_associate;
}

// The command set that the callback running on this thread is about.
HDICOMDS LendCommandSet(const NetState& state) {
  CallbackFrame* const frame = CallbackFrame::NewestOf(&state);
  LDicomDS* const command_set = frame == nullptr ? nullptr : state.sink->CurrentCommandSet();
  return command_set == nullptr ? nullptr : frame->Hand(command_set);
}

L_VOID ClearText(L_TCHAR* buffer, L_UINT32 size) noexcept {
  if (buffer != nullptr && size != 0)
    buffer[0] = '\0';
}

// What the caller's structure is told about an attempt that failed; nothing where it is not a structure we know.
L_VOID NoteFailure(pL_SSL_CTX_CREATE create, L_INT code) noexcept {
  if (create != nullptr && create->uStructSize == sizeof(*create))
    create->nSuccess = code;
}

}  // namespace

LDICOMNET_C_BEGIN

// ---- The library ----------------------------------------------------------------------------

L_INT EXT_FUNCTION L_DicomStartUp(L_VOID) {
  return CodeOf([] { return LDicomNet::StartUp(); });
}

L_VOID EXT_FUNCTION L_DicomShutDown(L_VOID) {
  Run([] { LDicomNet::ShutDown(); });
}

L_VOID EXT_FUNCTION L_DicomBreathe(L_VOID) {
  Run([] { LDicomNet::Breathe(); });
}

L_BOOL EXT_FUNCTION L_DicomWait(L_INT nTimeoutMs) {
  return ValueOf<L_BOOL>(L_FALSE, [&] { return LDicomNet::Wait(nTimeoutMs); });
}

L_INT64 EXT_FUNCTION L_DicomGetEventHandle(L_VOID) {
  return ValueOf<L_INT64>(-1, [] { return LDicomNet::GetEventHandle(); });
}

// ---- Life of a handle -----------------------------------------------------------------------

HDICOMNET EXT_FUNCTION L_DicomCreateNet(const L_TCHAR* pszPath, L_INT32 nMode) {
  return ValueOf<HDICOMNET>(nullptr, [&] { return Publish(ldicomnet::Make<LDicomNet>(pszPath, nMode)); });
}

HDICOMNET EXT_FUNCTION L_DicomCreateNetExt(const L_TCHAR* pszPath, L_INT32 nMode, pL_SSL_CTX_CREATE pCtxCreate) {
  return ValueOf<HDICOMNET>(nullptr, [&]() -> HDICOMNET {
    auto net = ldicomnet::Make<LDicomNet>(pszPath, nMode, L_TRUE);
    const L_INT code = net->Initialize(pszPath, nMode, pCtxCreate);
    if (code == DICOM_SUCCESS)
      return Publish(std::move(net));
    NoteFailure(pCtxCreate, code);
    return nullptr;
  });
}

L_INT EXT_FUNCTION L_DicomInitializeNet(HDICOMNET hNet, const L_TCHAR* pszPath, L_INT32 nMode,
                                        pL_SSL_CTX_CREATE pCtxCreate) {
  return Do(hNet, [&](LDicomNet& net) { return net.Initialize(pszPath, nMode, pCtxCreate); });
}

L_VOID EXT_FUNCTION L_DicomFreeNet(HDICOMNET hNet) {
  void* const object = ldicomnet::detail::RetireHandle(HandleKind::kNet, hNet, HandleHolder::kProgram);
  if (object == nullptr)
    return;
  LDicomNet& net = *static_cast<LDicomNet*>(object);
  NetAccess::State(net).sink->EndHandle();
  // Here and not in the destructor alone: that may be left to another thread's function, and the promise that no
  // callback comes any more is this function's. Another thread's function may be about to begin something: it must not.
  NetAccess::State(net).net->close_for_good();
  ldicomnet::detail::ReleaseHandle(hNet);
}

L_VOID EXT_FUNCTION L_DicomSetCallback(HDICOMNET hNet, pDICOMNETCALLBACK pCallback) {
  Tell(hNet, [&](LDicomNet& net) { net.SetCallback(pCallback); });
}

L_VOID EXT_FUNCTION L_DicomSetCallbackExt(HDICOMNET hNet, pDICOMNETCALLBACKEXT pCallbackExt) {
  Tell(hNet, [&](LDicomNet& net) { net.SetCallbackExt(pCallbackExt); });
}

// ---- Connection -----------------------------------------------------------------------------

L_INT EXT_FUNCTION L_DicomListen(HDICOMNET hNet, const L_TCHAR* pszHostAddress, L_UINT nHostPort, L_INT nNbPeers) {
  return Do(hNet, [&](LDicomNet& net) { return net.Listen(pszHostAddress, nHostPort, nNbPeers); });
}

L_INT EXT_FUNCTION L_DicomListenExt(HDICOMNET hNet, const L_TCHAR* pszHostAddress, L_UINT nHostPort, L_INT nNbPeers,
                                    L_INT nIpType) {
  return Do(hNet, [&](LDicomNet& net) { return net.Listen(pszHostAddress, nHostPort, nNbPeers, nIpType); });
}

L_INT EXT_FUNCTION L_DicomConnect(HDICOMNET hNet, const L_TCHAR* pszHostAddress, L_UINT nHostPort,
                                  const L_TCHAR* pszPeerAddress, L_UINT nPeerPort) {
  return Do(hNet, [&](LDicomNet& net) { return net.Connect(pszHostAddress, nHostPort, pszPeerAddress, nPeerPort); });
}

L_INT EXT_FUNCTION L_DicomConnectExt(HDICOMNET hNet, const L_TCHAR* pszHostAddress, L_UINT nHostPort,
                                     const L_TCHAR* pszPeerAddress, L_UINT nPeerPort, L_INT nIpType) {
  return Do(hNet,
            [&](LDicomNet& net) { return net.Connect(pszHostAddress, nHostPort, pszPeerAddress, nPeerPort, nIpType); });
}

L_INT EXT_FUNCTION L_DicomConnectExt2(HDICOMNET hNet, const L_TCHAR* pszHostAddress, L_UINT nHostPort,
                                      const L_TCHAR* pszPeerAddress, L_UINT nPeerPort, L_INT nIpType,
                                      L_INT nTimeoutMs) {
  return Do(hNet, [&](LDicomNet& net) {
    return net.Connect(pszHostAddress, nHostPort, pszPeerAddress, nPeerPort, nIpType, nTimeoutMs);
  });
}

L_INT EXT_FUNCTION L_DicomAccept(HDICOMNET hNet, HDICOMNET hPeer) {
  return Do(hNet, [&](LDicomNet& net) { return Do(hPeer, [&](LDicomNet& peer) { return net.Accept(&peer); }); });
}

L_INT EXT_FUNCTION L_DicomAcceptExt(HDICOMNET hNet, HDICOMNET hPeer, L_INT nTimeoutMs) {
  return Do(hNet,
            [&](LDicomNet& net) { return Do(hPeer, [&](LDicomNet& peer) { return net.Accept(&peer, nTimeoutMs); }); });
}

L_INT EXT_FUNCTION L_DicomReject(HDICOMNET hNet) {
  return Do(hNet, [](LDicomNet& net) { return net.Reject(); });
}

L_UINT32 EXT_FUNCTION L_DicomGetPendingCount(HDICOMNET hNet) {
  return Ask<L_UINT32>(hNet, 0, [](LDicomNet& net) { return net.GetPendingCount(); });
}

L_VOID EXT_FUNCTION L_DicomClose(HDICOMNET hNet) {
  Tell(hNet, [](LDicomNet& net) { net.Close(); });
}

L_INT EXT_FUNCTION L_DicomCloseForced(HDICOMNET hNet, L_BOOL bForced) {
  return Do(hNet, [&](LDicomNet& net) { return net.CloseForced(bForced); });
}

L_VOID EXT_FUNCTION L_DicomServerClose(HDICOMNET hNet) {
  Tell(hNet, [](LDicomNet& net) { net.ServerClose(); });
}

// ---- State and queries ----------------------------------------------------------------------

L_BOOL EXT_FUNCTION L_DicomIsActivated(HDICOMNET hNet) {
  return Ask<L_BOOL>(hNet, L_FALSE, [](LDicomNet& net) { return net.IsActivated(); });
}

L_BOOL EXT_FUNCTION L_DicomIsConnected(HDICOMNET hNet) {
  return Ask<L_BOOL>(hNet, L_FALSE, [](LDicomNet& net) { return net.IsConnected(); });
}

L_BOOL EXT_FUNCTION L_DicomIsAssociated(HDICOMNET hNet) {
  return Ask<L_BOOL>(hNet, L_FALSE, [](LDicomNet& net) { return net.IsAssociated(); });
}

L_UINT32 EXT_FUNCTION L_DicomGetQueueSend(HDICOMNET hNet) {
  return Ask<L_UINT32>(hNet, 0, [](LDicomNet& net) { return net.GetQueueSend(); });
}

HDICOMNET EXT_FUNCTION L_DicomGetServer(HDICOMNET hNet) {
  return Ask<HDICOMNET>(hNet, nullptr, [](LDicomNet& net) { return HandleOf(NetAccess::State(net).net->server()); });
}

L_UINT32 EXT_FUNCTION L_DicomGetClientCount(HDICOMNET hNet) {
  return Ask<L_UINT32>(hNet, 0, [](LDicomNet& net) { return net.GetClientCount(); });
}

HDICOMNET EXT_FUNCTION L_DicomGetClient(HDICOMNET hNet, L_UINT nIndex) {
  return Ask<HDICOMNET>(hNet, nullptr,
                        [&](LDicomNet& net) { return HandleOf(NetAccess::State(net).net->client(nIndex)); });
}

L_INT EXT_FUNCTION L_DicomGetHostInfo(HDICOMNET hNet, L_TCHAR* pszAddress, L_UINT32 AddressSizeInWords,
                                      L_UINT* pnPort) {
  ClearText(pszAddress, AddressSizeInWords);
  return Do(hNet, [&](LDicomNet& net) { return net.GetHostInfo(pszAddress, AddressSizeInWords, pnPort); });
}

L_INT EXT_FUNCTION L_DicomGetPeerInfo(HDICOMNET hNet, L_TCHAR* pszAddress, L_UINT32 AddressSizeInWords,
                                      L_UINT* pnPort) {
  ClearText(pszAddress, AddressSizeInWords);
  return Do(hNet, [&](LDicomNet& net) { return net.GetPeerInfo(pszAddress, AddressSizeInWords, pnPort); });
}

HDICOMPDU EXT_FUNCTION L_DicomGetAssociate(HDICOMNET hNet) {
  return Ask<HDICOMPDU>(hNet, nullptr, [](LDicomNet& net) { return LendAssociate(NetAccess::State(net)); });
}

HDICOMDS EXT_FUNCTION L_DicomGetCommandSet(HDICOMNET hNet) {
  return Ask<HDICOMDS>(hNet, nullptr, [](LDicomNet& net) { return LendCommandSet(NetAccess::State(net)); });
}

L_UINT32 EXT_FUNCTION L_DicomGetSecureMode(HDICOMNET hNet) {
  return Ask<L_UINT32>(hNet, 0, [](LDicomNet& net) { return net.GetSecureMode(); });
}

// ---- Options --------------------------------------------------------------------------------

L_INT EXT_FUNCTION L_DicomSetDispatchMode(HDICOMNET hNet, L_INT nMode) {
  return Do(hNet, [&](LDicomNet& net) { return net.SetDispatchMode(nMode); });
}

L_INT EXT_FUNCTION L_DicomGetDefaultSocketOptions(HDICOMNET hNet, pDICOMSOCKETOPTIONS pOptions, L_UINT uStructSize) {
  return Do(hNet, [&](LDicomNet& net) { return net.GetDefaultSocketOptions(pOptions, uStructSize); });
}

L_INT EXT_FUNCTION L_DicomGetSocketOptions(HDICOMNET hNet, pDICOMSOCKETOPTIONS pOptions, L_UINT uStructSize) {
  return Do(hNet, [&](LDicomNet& net) { return net.GetSocketOptions(pOptions, uStructSize); });
}

L_INT EXT_FUNCTION L_DicomSetSocketOptions(HDICOMNET hNet, pDICOMSOCKETOPTIONS pOptions) {
  return Do(hNet, [&](LDicomNet& net) { return net.SetSocketOptions(pOptions); });
}

L_INT EXT_FUNCTION L_DicomGetTimeouts(HDICOMNET hNet, pDICOMNETTIMEOUTS pTimeouts, L_UINT uStructSize) {
  return Do(hNet, [&](LDicomNet& net) { return net.GetTimeouts(pTimeouts, uStructSize); });
}

L_INT EXT_FUNCTION L_DicomSetTimeouts(HDICOMNET hNet, pDICOMNETTIMEOUTS pTimeouts) {
  return Do(hNet, [&](LDicomNet& net) { return net.SetTimeouts(pTimeouts); });
}

L_VOID EXT_FUNCTION L_DicomEnableOptimizedSend(HDICOMNET hNet, L_BOOL bEnable) {
  Tell(hNet, [&](LDicomNet& net) { net.EnableOptimizedSend(bEnable); });
}

L_VOID EXT_FUNCTION L_DicomEnableOptimizedMemorySend(HDICOMNET hNet, L_BOOL bEnable) {
  Tell(hNet, [&](LDicomNet& net) { net.EnableOptimizedMemorySend(bEnable); });
}

L_BOOL EXT_FUNCTION L_DicomIsOptimizedMemorySendEnabled(HDICOMNET hNet) {
  return Ask<L_BOOL>(hNet, L_FALSE, [](LDicomNet& net) { return net.IsOptimizedMemorySendEnabled(); });
}

L_VOID EXT_FUNCTION L_DicomEnableReferenceCounting(HDICOMNET hNet, L_BOOL bEnable) {
  Tell(hNet, [&](LDicomNet& net) { net.EnableReferenceCounting(bEnable); });
}

L_VOID EXT_FUNCTION L_DicomSetFlags(HDICOMNET hNet, L_UINT32 uDicomNetFlags) {
  Tell(hNet, [&](LDicomNet& net) { net.SetFlags(uDicomNetFlags); });
}

L_UINT32 EXT_FUNCTION L_DicomGetFlags(HDICOMNET hNet) {
  return Ask<L_UINT32>(hNet, 0, [](LDicomNet& net) { return net.GetFlags(); });
}

L_INT EXT_FUNCTION L_DicomGetStoreOptions(HDICOMNET hNet, pDICOMSTOREOPTIONS pOptions, L_UINT uStructSize) {
  return Do(hNet, [&](LDicomNet& net) { return net.GetStoreOptions(pOptions, uStructSize); });
}

L_INT EXT_FUNCTION L_DicomSetStoreOptions(HDICOMNET hNet, pDICOMSTOREOPTIONS pOptions) {
  return Do(hNet, [&](LDicomNet& net) { return net.SetStoreOptions(pOptions); });
}

L_INT EXT_FUNCTION L_DicomSetLimits(HDICOMNET hNet, const DICOMNETLIMITS* pLimits) {
  return Do(hNet, [&](LDicomNet& net) { return net.SetLimits(pLimits); });
}

L_VOID EXT_FUNCTION L_DicomEnableAsyncOperations(HDICOMNET hNet, L_BOOL bEnable) {
  Tell(hNet, [&](LDicomNet& net) { net.EnableAsyncOperations(bEnable); });
}

L_UINT32 EXT_FUNCTION L_DicomSetDebugMode(HDICOMNET hNet, L_UINT32 nDebugMode) {
  return Ask<L_UINT32>(hNet, 0, [&](LDicomNet& net) { return net.SetDebugMode(nDebugMode); });
}

// ---- Senders; those of messages are in c_api_senders.cpp ---------------------------------------

L_INT EXT_FUNCTION L_DicomSendAssociateRequest(HDICOMNET hNet, HDICOMPDU hPDU) {
  return Do(hNet, [&](LDicomNet& net) -> L_INT {
    const Pinned<LDicomAssociate> associate(hPDU);
    return associate ? net.SendAssociateRequest(associate.get()) : DICOM_ERROR_PARAMETER;
  });
}

L_INT EXT_FUNCTION L_DicomSendAssociateAccept(HDICOMNET hNet, HDICOMPDU hPDU) {
  return Do(hNet, [&](LDicomNet& net) -> L_INT {
    const Pinned<LDicomAssociate> associate(hPDU);
    return associate ? net.SendAssociateAccept(associate.get()) : DICOM_ERROR_PARAMETER;
  });
}

L_INT EXT_FUNCTION L_DicomSendAssociateReject(HDICOMNET hNet, L_UCHAR nResult, L_UCHAR nSource, L_UCHAR nReason) {
  return Do(hNet, [&](LDicomNet& net) { return net.SendAssociateReject(nResult, nSource, nReason); });
}

L_INT EXT_FUNCTION L_DicomSendReleaseRequest(HDICOMNET hNet) {
  return Do(hNet, [](LDicomNet& net) { return net.SendReleaseRequest(); });
}

L_INT EXT_FUNCTION L_DicomSendReleaseResponse(HDICOMNET hNet) {
  return Do(hNet, [](LDicomNet& net) { return net.SendReleaseResponse(); });
}

L_INT EXT_FUNCTION L_DicomSendAbort(HDICOMNET hNet, L_UCHAR nSource, L_UCHAR nReason) {
  return Do(hNet, [&](LDicomNet& net) { return net.SendAbort(nSource, nReason); });
}

LDICOMNET_C_END
