// LDicomNet: the published members over the core. The hooks' defaults are in dicom_net_hooks.cpp, the senders of
// messages in dicom_net_senders.cpp.
//
// A member must not touch the object after a call that may run hooks on this thread has returned, for they may delete
// it; Breathe and Wait, which run them, are static.

#include "ldicomnet/dicom_net.h"

#include <cstddef>
#include <cstring>

#include "dicom_associate_impl.h"
#include "dicom_net_impl.h"
#include "text.h"

using ldicomnet::detail::AssociateAccess;
using ldicomnet::detail::Buffer;
using ldicomnet::detail::Bytes;
using ldicomnet::detail::Callbacks;
using ldicomnet::detail::EndLentHandle;
using ldicomnet::detail::HandleHolder;
using ldicomnet::detail::HandleKind;
using ldicomnet::detail::HookSink;
using ldicomnet::detail::LimitsView;
using ldicomnet::detail::NetState;
using ldicomnet::detail::RetireHandle;
using ldicomnet::detail::SocketOptionsView;
using ldicomnet::detail::StoreOptionsView;
using ldicomnet::detail::TimeoutsView;

namespace {

L_BOOL Bool(bool value) {
  return value ? L_TRUE : L_FALSE;
}

LDicomNet* OwnerOf(const std::shared_ptr<HookSink>& sink) {
  return sink ? sink->Owner() : nullptr;
}

// Sets one of the tables of callbacks.
template <class Table>
void SetTable(NetState& state, const Table* table) {
  ldicomnet::detail::Run([&] {
    Callbacks* callbacks = state.callbacks.load(std::memory_order_acquire);
    if (callbacks == nullptr && table != nullptr)
      callbacks = state.CallbacksToSet();
    if (callbacks != nullptr)
      callbacks->Set(table);
  });
}

// Of the present structure, or of its first form.
bool IsSizeOfStoreOptions(L_UINT size) {
  return size == sizeof(DICOMSTOREOPTIONS) || size == offsetof(DICOMSTOREOPTIONS, nSpoolBytesMax);
}

L_INT FillSocketOptions(const SocketOptionsView& view, pDICOMSOCKETOPTIONS options, L_UINT size) {
  if (options == nullptr)
    return DICOM_ERROR_NULL_PTR;
  if (size != sizeof(DICOMSOCKETOPTIONS))
    return DICOM_ERROR_INVALID_STRUCT_SIZE;
  *options = DICOMSOCKETOPTIONS();
  options->uStructSize = size;
  options->nSendBufferSize = view.send_buffer_bytes;
  options->nReceiveBufferSize = view.receive_buffer_bytes;
  options->bNoDelay = Bool(view.no_delay);
  return DICOM_SUCCESS;
}

}  // namespace

namespace ldicomnet::detail {

NetState::NetState(LDicomNet* owner, L_UINT32 mode, bool is_set_up)
    : sink(std::make_shared<HookSink>(owner)), net(net_new(sink)), secure_mode(mode), is_initialised(is_set_up) {}

L_INT NetState::ModeError() const {
  if (!is_initialised)
    return DICOM_ERROR_NET_NOT_INITIALISED;
  return secure_mode == DICOM_SECURE_NONE || secure_mode == DICOM_SECURE_TLS ? DICOM_SUCCESS
                                                                             : DICOM_ERROR_BAD_SECURE_MODE;
}

L_INT NetState::Prepare(LDicomNet& owner) {
  const L_INT error = ModeError();
  if (error != DICOM_SUCCESS || secure_mode != DICOM_SECURE_TLS)
    return error;
  if (secure.TakeUntold())
    owner.OnCreateCTX(secure.context());
  return secure.Apply(*net);
}

L_INT NetState::Accepted(NetState& client, L_INT code) const {
  if (code == DICOM_SUCCESS)
    client.secure_mode = secure_mode.load();
  return code;
}

NetState::~NetState() {
  FreeHandle<LDicomAssociate>(lent_associate, HandleHolder::kLibrary);
  delete callbacks.load(std::memory_order_acquire);
}

void NetState::SetPath(const L_TCHAR* path) {
  net->set_path(Bytes(path));
}

bool NetState::ShowAssociate() {
  if (!associate)
    associate = std::make_unique<LDicomAssociate>(L_FALSE);
  // The object is filled in place: pointers to it stay good from one association to the next.
  const NegotiatedShown shown = net->negotiated(AssociateAccess::Object(*associate));
  if (shown == NegotiatedShown::Another)
    ++associate_number;
  return shown != NegotiatedShown::Nothing;
}

Callbacks* NetState::CallbacksToSet() {
  Callbacks* present = callbacks.load(std::memory_order_acquire);
  if (present != nullptr)
    return present;
  const HDICOMNET handle = sink->Handle();
  if (handle == nullptr)
    return nullptr;
  auto fresh = std::make_unique<Callbacks>(handle);
  // Two threads may set the first ones at the same time.
  if (callbacks.compare_exchange_strong(present, fresh.get(), std::memory_order_acq_rel))
    return fresh.release();
  return present;
}

}  // namespace ldicomnet::detail

// ---- Construction and process-wide members ------------------------------------------------------

LDicomNet::LDicomNet(const L_TCHAR* pszPath, L_INT32 nMode)
    : m_pState(new NetState(this, static_cast<L_UINT32>(nMode), true)) {
  m_pState->SetPath(pszPath);
}

LDicomNet::LDicomNet(const L_TCHAR* pszPath, L_INT32 nMode, L_BOOL bReserved)
    : m_pState(new NetState(this, static_cast<L_UINT32>(nMode), false)) {
  (void)bReserved;
  m_pState->SetPath(pszPath);
}

LDicomNet::~LDicomNet() {
  // The derived part, if there was one, is gone already. Had its destructor closed the object, no hook that began while
  // it was there could be running now.
  const bool is_late = m_pState->sink->IsDerivedBusyElsewhere();
  const HDICOMNET handle = m_pState->sink->EndHandle();
  RetireHandle(HandleKind::kNet, handle, HandleHolder::kLibrary);
  m_pState->net->close();
  m_pState->sink->Detach();
  if (handle != nullptr) {
    // Functions on other threads that have begun before the handle ended: what they began is closed in turn.
    EndLentHandle(handle);
    m_pState->net->close();
  }
  if (is_late)
    ldicomnet::detail::log_late_close();
}

L_INT LDicomNet::Initialize(const L_TCHAR* pszPath, L_INT32 nMode, pL_SSL_CTX_CREATE pCtxCreate) {
  if (IsActivated())
    return DICOM_ERROR_NET_IS_CONNECTED;
  const L_UINT32 mode = static_cast<L_UINT32>(nMode);
  if (mode != DICOM_SECURE_NONE && mode != DICOM_SECURE_TLS)
    return DICOM_ERROR_BAD_SECURE_MODE;
  if (mode == DICOM_SECURE_TLS) {
    const L_INT error = m_pState->secure.Create(pCtxCreate);
    if (error != DICOM_SUCCESS)
      return error;
  }
  m_pState->SetPath(pszPath);
  m_pState->secure_mode = mode;
  m_pState->is_initialised = true;
  if (mode == DICOM_SECURE_TLS && m_pState->secure.TakeUntold())
    OnCreateCTX(m_pState->secure.context());
  return DICOM_SUCCESS;
}

L_INT LDicomNet::StartUp() {
  return ldicomnet::detail::start_up();
}

L_VOID LDicomNet::ShutDown() {
  ldicomnet::detail::shut_down();
}

L_VOID LDicomNet::Breathe() {
  ldicomnet::detail::breathe();
}

L_BOOL LDicomNet::Wait(L_INT nTimeoutMs) {
  return Bool(ldicomnet::detail::wait(nTimeoutMs));
}

L_INT64 LDicomNet::GetEventHandle() {
  return ldicomnet::detail::event_handle();
}

L_TCHAR* LDicomNet::GetWindowNetClassName() {
  static L_TCHAR empty[] = "";
  return empty;
}

// ---- Connection ---------------------------------------------------------------------------------

L_INT LDicomNet::Listen(const L_TCHAR* pszHostAddress, L_UINT nHostPort, L_INT nNbPeers) {
  return Listen(pszHostAddress, nHostPort, nNbPeers, DICOM_IPTYPE_IPV4);
}

L_INT LDicomNet::Listen(const L_TCHAR* pszHostAddress, L_UINT nHostPort, L_INT nNbPeers, L_INT nIpType) {
  const L_INT error = m_pState->Prepare(*this);
  if (error != DICOM_SUCCESS)
    return error;
  return m_pState->net->listen(Bytes(pszHostAddress), nHostPort, nNbPeers, nIpType);
}

L_INT LDicomNet::Connect(const L_TCHAR* pszHostAddress, L_UINT nHostPort, const L_TCHAR* pszPeerAddress,
                         L_UINT nPeerPort) {
  return Connect(pszHostAddress, nHostPort, pszPeerAddress, nPeerPort, DICOM_IPTYPE_IPV4);
}

L_INT LDicomNet::Connect(const L_TCHAR* pszHostAddress, L_UINT nHostPort, const L_TCHAR* pszPeerAddress,
                         L_UINT nPeerPort, L_INT nIpType) {
  const L_INT error = m_pState->Prepare(*this);
  if (error != DICOM_SUCCESS)
    return error;
  if (pszPeerAddress == nullptr)
    return DICOM_ERROR_NULL_PTR;
  return m_pState->net->connect(Bytes(pszHostAddress), nHostPort, Bytes(pszPeerAddress), nPeerPort, nIpType);
}

L_INT LDicomNet::Connect(const L_TCHAR* pszHostAddress, L_UINT nHostPort, const L_TCHAR* pszPeerAddress,
                         L_UINT nPeerPort, L_INT nIpType, L_INT nTimeoutMs) {
  const L_INT error = m_pState->Prepare(*this);
  if (error != DICOM_SUCCESS)
    return error;
  if (pszPeerAddress == nullptr)
    return DICOM_ERROR_NULL_PTR;
  return m_pState->net->connect_wait(Bytes(pszHostAddress), nHostPort, Bytes(pszPeerAddress), nPeerPort, nIpType,
                                     nTimeoutMs);
}

L_INT LDicomNet::Accept(LDicomNet* pNet) {
  if (pNet == nullptr)
    return DICOM_ERROR_NULL_PTR;
  const L_INT error = pNet->m_pState->ModeError();
  if (error != DICOM_SUCCESS)
    return error;
  return m_pState->Accepted(*pNet->m_pState, m_pState->net->accept(*pNet->m_pState->net));
}

L_INT LDicomNet::Accept(LDicomNet* pNet, L_INT nTimeoutMs) {
  if (pNet == nullptr)
    return DICOM_ERROR_NULL_PTR;
  const L_INT error = pNet->m_pState->ModeError();
  if (error != DICOM_SUCCESS)
    return error;
  return m_pState->Accepted(*pNet->m_pState, m_pState->net->accept_wait(*pNet->m_pState->net, nTimeoutMs));
}

L_INT LDicomNet::Reject() {
  return m_pState->net->reject();
}

L_UINT32 LDicomNet::GetPendingCount() const {
  return m_pState->net->pending_count();
}

L_VOID LDicomNet::Close() {
  m_pState->net->close();
}

L_INT LDicomNet::CloseForced(L_BOOL bForced) {
  if (bForced) {
    m_pState->net->close_forced();
  } else {
    m_pState->net->close();
  }
  return DICOM_SUCCESS;
}

L_VOID LDicomNet::ServerClose() {
  m_pState->net->server_close();
}

// ---- Association, release, abort; messages are in dicom_net_senders.cpp ----------------------------

L_INT LDicomNet::SendAssociateRequest(LDicomAssociate* pPDU) {
  if (pPDU == nullptr)
    return DICOM_ERROR_NULL_PTR;
  if (!pPDU->IsRequest())
    return DICOM_ERROR_PDU_TYPE;
  return m_pState->net->associate_request(AssociateAccess::Object(*pPDU));
}

L_INT LDicomNet::SendAssociateAccept(LDicomAssociate* pPDU) {
  if (pPDU == nullptr)
    return DICOM_ERROR_NULL_PTR;
  if (pPDU->IsRequest())
    return DICOM_ERROR_PDU_TYPE;
  return m_pState->net->associate_accept(AssociateAccess::Object(*pPDU));
}

L_INT LDicomNet::SendAssociateReject(L_UCHAR nResult, L_UCHAR nSource, L_UCHAR nReason) {
  return m_pState->net->associate_reject(nResult, nSource, nReason);
}

L_INT LDicomNet::SendReleaseRequest() {
  return m_pState->net->release_request();
}

L_INT LDicomNet::SendReleaseResponse() {
  return m_pState->net->release_response();
}

L_INT LDicomNet::SendAbort(L_UCHAR nSource, L_UCHAR nReason) {
  return m_pState->net->abort(nSource, nReason);
}

// ---- State and queries ----------------------------------------------------------------------------

L_BOOL LDicomNet::IsActivated() const {
  return Bool(m_pState->net->is_activated());
}

L_BOOL LDicomNet::IsConnected() const {
  return Bool(m_pState->net->is_connected());
}

L_BOOL LDicomNet::IsAssociated() const {
  return Bool(m_pState->net->is_associated());
}

L_UINT32 LDicomNet::GetQueueSend() const {
  return m_pState->net->queued_bytes();
}

LDicomNet* LDicomNet::GetServer() const {
  return OwnerOf(m_pState->net->server());
}

L_UINT32 LDicomNet::GetClientCount() const {
  return m_pState->net->client_count();
}

LDicomNet* LDicomNet::GetClient(L_UINT nIndex) const {
  return OwnerOf(m_pState->net->client(nIndex));
}

L_INT LDicomNet::GetHostInfo(L_TCHAR* pszAddress, L_UINT32 AddressSizeInWords, L_UINT* pnPort) const {
  if (pszAddress != nullptr && AddressSizeInWords == 0)
    return DICOM_ERROR_PARAMETER;
  std::uint32_t port = 0;
  const L_INT error = m_pState->net->host_info(Buffer(pszAddress, AddressSizeInWords), port);
  if (pnPort != nullptr)
    *pnPort = port;
  return error;
}

L_INT LDicomNet::GetPeerInfo(L_TCHAR* pszAddress, L_UINT32 AddressSizeInWords, L_UINT* pnPort) const {
  if (pszAddress != nullptr && AddressSizeInWords == 0)
    return DICOM_ERROR_PARAMETER;
  std::uint32_t port = 0;
  const L_INT error = m_pState->net->peer_info(Buffer(pszAddress, AddressSizeInWords), port);
  if (pnPort != nullptr)
    *pnPort = port;
  return error;
}

LDicomAssociate* LDicomNet::GetAssociate() {
  const std::lock_guard<std::mutex> lock(m_pState->associate_mutex);
  return m_pState->ShowAssociate() ? m_pState->associate.get() : nullptr;
}

LDicomDS* LDicomNet::GetCommandSet() const {
  return m_pState->sink->CurrentCommandSet();
}

L_UINT32 LDicomNet::GetSecureMode() const {
  return m_pState->secure_mode;
}

// ---- Options --------------------------------------------------------------------------------------

L_INT LDicomNet::SetDispatchMode(L_INT nMode) {
  return m_pState->net->set_dispatch_mode(nMode);
}

L_INT LDicomNet::GetDefaultSocketOptions(pDICOMSOCKETOPTIONS pOptions, L_UINT uStructSize) const {
  return FillSocketOptions(ldicomnet::detail::default_socket_options(), pOptions, uStructSize);
}

L_INT LDicomNet::GetSocketOptions(pDICOMSOCKETOPTIONS pOptions, L_UINT uStructSize) const {
  return FillSocketOptions(m_pState->net->socket_options(), pOptions, uStructSize);
}

L_INT LDicomNet::SetSocketOptions(pDICOMSOCKETOPTIONS pOptions) {
  if (pOptions == nullptr)
    return DICOM_ERROR_NULL_PTR;
  if (pOptions->uStructSize != sizeof(DICOMSOCKETOPTIONS))
    return DICOM_ERROR_INVALID_STRUCT_SIZE;
  SocketOptionsView view = {};
  view.send_buffer_bytes = pOptions->nSendBufferSize;
  view.receive_buffer_bytes = pOptions->nReceiveBufferSize;
  view.no_delay = pOptions->bNoDelay != L_FALSE;
  return m_pState->net->set_socket_options(view);
}

L_INT LDicomNet::GetTimeouts(pDICOMNETTIMEOUTS pTimeouts, L_UINT uStructSize) const {
  if (pTimeouts == nullptr)
    return DICOM_ERROR_NULL_PTR;
  if (uStructSize != sizeof(DICOMNETTIMEOUTS))
    return DICOM_ERROR_INVALID_STRUCT_SIZE;
  const TimeoutsView view = m_pState->net->timeouts();
  *pTimeouts = DICOMNETTIMEOUTS();
  pTimeouts->uStructSize = uStructSize;
  pTimeouts->nConnectMs = view.connect_ms;
  pTimeouts->nArtimMs = view.artim_ms;
  pTimeouts->nResponseMs = view.response_ms;
  pTimeouts->nLingerMs = view.linger_ms;
  pTimeouts->nStallMs = view.stall_ms;
  return DICOM_SUCCESS;
}

L_INT LDicomNet::SetTimeouts(pDICOMNETTIMEOUTS pTimeouts) {
  if (pTimeouts == nullptr)
    return DICOM_ERROR_NULL_PTR;
  if (pTimeouts->uStructSize != sizeof(DICOMNETTIMEOUTS))
    return DICOM_ERROR_INVALID_STRUCT_SIZE;
  TimeoutsView view = {};
  view.connect_ms = pTimeouts->nConnectMs;
  view.artim_ms = pTimeouts->nArtimMs;
  view.response_ms = pTimeouts->nResponseMs;
  view.linger_ms = pTimeouts->nLingerMs;
  view.stall_ms = pTimeouts->nStallMs;
  return m_pState->net->set_timeouts(view);
}

L_INT LDicomNet::GetStoreOptions(pDICOMSTOREOPTIONS pOptions, L_UINT uStructSize) const {
  if (pOptions == nullptr)
    return DICOM_ERROR_NULL_PTR;
  if (!IsSizeOfStoreOptions(uStructSize))
    return DICOM_ERROR_INVALID_STRUCT_SIZE;
  const StoreOptionsView view = m_pState->net->store_options();
  DICOMSTOREOPTIONS options = {};
  options.uStructSize = uStructSize;
  options.bSync = Bool(view.sync);
  options.nMemoryBytesMax = view.memory_bytes_max;
  options.nDataSetBytesMax = view.data_set_bytes_max;
  options.nSpoolBytesMax = view.spool_bytes_max;
  std::memcpy(pOptions, &options, uStructSize);
  return DICOM_SUCCESS;
}

L_INT LDicomNet::SetStoreOptions(pDICOMSTOREOPTIONS pOptions) {
  if (pOptions == nullptr)
    return DICOM_ERROR_NULL_PTR;
  if (!IsSizeOfStoreOptions(pOptions->uStructSize))
    return DICOM_ERROR_INVALID_STRUCT_SIZE;
  StoreOptionsView view = m_pState->net->store_options();
  if (pOptions->uStructSize == sizeof(DICOMSTOREOPTIONS))
    view.spool_bytes_max = pOptions->nSpoolBytesMax;
  view.sync = pOptions->bSync != L_FALSE;
  view.memory_bytes_max = pOptions->nMemoryBytesMax;
  view.data_set_bytes_max = pOptions->nDataSetBytesMax;
  m_pState->net->set_store_options(view);
  return DICOM_SUCCESS;
}

L_INT LDicomNet::SetLimits(const DICOMNETLIMITS* pLimits) {
  if (pLimits == nullptr)
    return DICOM_ERROR_NULL_PTR;
  if (pLimits->uStructSize != sizeof(DICOMNETLIMITS))
    return DICOM_ERROR_INVALID_STRUCT_SIZE;
  LimitsView view;
  view.associations_max = pLimits->nAssociationsMax;
  view.per_address_max = pLimits->nPerAddressMax;
  view.per_calling_title_max = pLimits->nPerCallingAEMax;
  view.requests_per_second_max = pLimits->nRequestsPerSecondMax;
  view.calling_titles = Bytes(pLimits->pszCallingAEs);
  view.called_titles = Bytes(pLimits->pszCalledAEs);
  view.networks = Bytes(pLimits->pszNetworks);
  return m_pState->net->set_limits(view);
}

L_VOID LDicomNet::EnableAsyncOperations(L_BOOL bEnable) {
  m_pState->net->set_asynchronous_operations(bEnable != L_FALSE);
}

L_VOID LDicomNet::EnableOptimizedMemorySend(L_BOOL bEnable) {
  m_pState->net->set_saves_memory(bEnable != L_FALSE);
}

L_BOOL LDicomNet::IsOptimizedMemorySendEnabled() const {
  return Bool(m_pState->net->saves_memory());
}

L_VOID LDicomNet::EnableReferenceCounting(L_BOOL bEnable) {
  m_pState->net->set_shares(bEnable != L_FALSE);
}

L_VOID LDicomNet::SetFlags(L_UINT32 uDicomNetFlags) {
  m_pState->net->set_flags(uDicomNetFlags);
}

L_UINT32 LDicomNet::GetFlags() const {
  return m_pState->net->flags();
}

L_VOID LDicomNet::EnableOptimizedSend(L_BOOL bEnable) {
  m_pState->net->set_send_at_once(bEnable != L_FALSE);
}

L_UINT32 LDicomNet::SetDebugMode(L_UINT32 nDebugMode) {
  return m_pState->net->set_debug_mode(nDebugMode);
}

L_VOID LDicomNet::SetCallback(pDICOMNETCALLBACK pCallback) {
  SetTable<DICOMNETCALLBACK>(*m_pState, pCallback);
}

L_VOID LDicomNet::SetCallbackExt(pDICOMNETCALLBACKEXT pCallbackExt) {
  SetTable<DICOMNETCALLBACKEXT>(*m_pState, pCallbackExt);
}
