/// \file
/// The C functions of network handles (HDICOMNET): listening, connecting, association, messages.
///
/// Each is the member of LDicomNet (dicom_net.h) of the same name; Ext and Ext2 mark the longer overloads. What is
/// common to all C functions is said in c_api.h, callbacks are in callbacks.h.

#ifndef LDICOMNET_C_API_NET_H
#define LDICOMNET_C_API_NET_H

#include "ldicomnet/callbacks.h"
#include "ldicomnet/constants.h"
#include "ldicomnet/errors.h"
#include "ldicomnet/export.h"
#include "ldicomnet/structs.h"
#include "ldicomnet/types.h"

LDICOMNET_C_BEGIN

// ---- The library ----------------------------------------------------------------------------

/// Starts the library. Counted, and optional: the first use starts it by itself.
///
/// DICOM_ERROR_MEMORY, or DICOM_ERROR_NET_SYSTEM_NOT_READY where the system gives no thread or descriptor.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomStartUp(L_VOID);

/// Undoes one L_DicomStartUp. The last one closes every object and joins every thread.
///
/// Handles stay valid and still have to be freed. Called inside a callback, it closes the objects, and the threads are
/// joined once the callback has returned. The library can be started again.
LDICOMNET_API L_VOID EXT_FUNCTION L_DicomShutDown(L_VOID);

/// Runs the callbacks of handles in pump mode that are due, on this thread, and returns without waiting.
LDICOMNET_API L_VOID EXT_FUNCTION L_DicomBreathe(L_VOID);

/// The same, after waiting for one to become due: at most nTimeoutMs milliseconds, -1 for ever. An addition.
///
/// L_TRUE when there was work, L_FALSE when the time was over.
LDICOMNET_API L_BOOL EXT_FUNCTION L_DicomWait(L_INT nTimeoutMs);

/// A descriptor that polls readable while callbacks of pump mode are due, for epoll, Qt, GLib or asio loops. An
/// addition.
///
/// It is only to be polled, never read or closed. Negative where the system has none.
LDICOMNET_API L_INT64 EXT_FUNCTION L_DicomGetEventHandle(L_VOID);

// ---- Life of a handle -----------------------------------------------------------------------

/// A new network object, idle and without callbacks.
///
/// pszPath is the directory for temporary files (NULL: the system's): a received data set is spooled there once it is
/// larger than memory should hold. nMode is DICOM_SECURE_NONE or DICOM_SECURE_TLS (c_api_tls.h); with another one
/// L_DicomListen and L_DicomConnect answer DICOM_ERROR_BAD_SECURE_MODE. NULL when memory is short.
LDICOMNET_API HDICOMNET EXT_FUNCTION L_DicomCreateNet(const L_TCHAR* pszPath, L_INT32 nMode);

/// The same, set up with a TLS context. Returns NULL if L_DicomInitializeNet with these arguments would fail.
LDICOMNET_API HDICOMNET EXT_FUNCTION L_DicomCreateNetExt(const L_TCHAR* pszPath, L_INT32 nMode,
                                                         pL_SSL_CTX_CREATE pCtxCreate);

/// Sets the path and the mode of an object that is neither listening nor connected.
///
/// pCtxCreate belongs to DICOM_SECURE_TLS and is not looked at otherwise. DICOM_ERROR_BAD_SECURE_MODE;
/// DICOM_ERROR_NET_IS_CONNECTED.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomInitializeNet(HDICOMNET hNet, const L_TCHAR* pszPath, L_INT32 nMode,
                                                      pL_SSL_CTX_CREATE pCtxCreate);

/// Closes the object and frees it.
///
/// When it returns, no callback of the handle is running or will run, so that pUserData may be freed next; called
/// inside one of its own callbacks, that holds from the callback's return. Do not call it holding a lock that one of
/// the callbacks takes. A second call does nothing, nor does one with the handle of an object of C++, which is its own
/// program's to destroy.
LDICOMNET_API L_VOID EXT_FUNCTION L_DicomFreeNet(HDICOMNET hNet);

/// Copies the table of callbacks. NULL takes all of them away.
///
/// Before L_DicomListen, L_DicomConnect or L_DicomAccept, so that none is missed; later it takes effect with the next
/// callback. A member that is NULL leaves the hook its default.
LDICOMNET_API L_VOID EXT_FUNCTION L_DicomSetCallback(HDICOMNET hNet, pDICOMNETCALLBACK pCallback);

/// Copies the table of further callbacks. NULL takes all of them away.
///
/// uStructSize is that of the structure or of an older, shorter version of it, whose missing members are NULL. Any
/// other size is not accepted: the table in force stays as it is.
LDICOMNET_API L_VOID EXT_FUNCTION L_DicomSetCallbackExt(HDICOMNET hNet, pDICOMNETCALLBACKEXT pCallbackExt);

// ---- Connection -----------------------------------------------------------------------------

/// Listens on an IPv4 address and port: L_DicomListenExt with DICOM_IPTYPE_IPV4.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomListen(HDICOMNET hNet, const L_TCHAR* pszHostAddress, L_UINT nHostPort,
                                               L_INT nNbPeers);

/// Listens on an address and port. The condition and accept callbacks come for each connection that arrives.
///
/// pszHostAddress: NULL or "" the computer's own address of that family (with DICOM_IPTYPE_IPV4_OR_IPV6 one of each);
/// "*" every local address; else a literal or a name. A link-local literal may carry a scope, "fe80::1%eth0".
/// nHostPort: 0 takes a free one, which L_DicomGetHostInfo tells. nNbPeers: the backlog, and how many deferred
/// connections are held; no limit on clients. nIpType: DICOM_IPTYPE_*.
///
/// DICOM_ERROR_PARAMETER for a port over 65535, a negative nNbPeers or another nIpType; DICOM_IPV4_IPV6_CONFLICT for a
/// literal of the other family; DICOM_ERROR_NET_IS_CONNECTED for a handle that is in use;
/// DICOM_ERROR_NET_ADDRESS_IN_USE, _ADDRESS_NOT_AVAILABLE, _ACCESS, _HOST_NOT_FOUND.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomListenExt(HDICOMNET hNet, const L_TCHAR* pszHostAddress, L_UINT nHostPort,
                                                  L_INT nNbPeers, L_INT nIpType);

/// Connects to a peer over IPv4: L_DicomConnectExt with DICOM_IPTYPE_IPV4.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomConnect(HDICOMNET hNet, const L_TCHAR* pszHostAddress, L_UINT nHostPort,
                                                const L_TCHAR* pszPeerAddress, L_UINT nPeerPort);

/// Connects to a peer. 0 means under way: the connect callback tells the outcome.
///
/// pszHostAddress NULL or "" and nHostPort 0: any local address and port. A name that resolves to several addresses is
/// tried in turn (RFC 8305 order for DICOM_IPTYPE_IPV4_OR_IPV6). DICOM_ERROR_PARAMETER, DICOM_IPV4_IPV6_CONFLICT,
/// DICOM_ERROR_NET_IS_CONNECTED.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomConnectExt(HDICOMNET hNet, const L_TCHAR* pszHostAddress, L_UINT nHostPort,
                                                   const L_TCHAR* pszPeerAddress, L_UINT nPeerPort, L_INT nIpType);

/// The same, waiting for the outcome: at most nTimeoutMs milliseconds, -1 for ever. An addition.
///
/// Returns what the connect callback was told, or DICOM_ERROR_NET_TIME_OUT with the attempt given up.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomConnectExt2(HDICOMNET hNet, const L_TCHAR* pszHostAddress, L_UINT nHostPort,
                                                    const L_TCHAR* pszPeerAddress, L_UINT nPeerPort, L_INT nIpType,
                                                    L_INT nTimeoutMs);

/// On a listener: gives the oldest connection that is waiting to hPeer, a new and idle handle.
///
/// hPeer keeps its own callbacks and takes over the listener's options and dispatch mode. Its first callback comes
/// after the accept callback that accepted it has returned. If it fails hPeer is still the caller's.
///
/// DICOM_ERROR_NET_WOULD_BLOCK when none is waiting; DICOM_ERROR_NET_IS_CONNECTED when hPeer is in use, as hNet itself
/// is; DICOM_ERROR_NET_NOT_CONNECTED when hNet does not listen; DICOM_ERROR_PARAMETER.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomAccept(HDICOMNET hNet, HDICOMNET hPeer);

/// The same, waiting for one to arrive: at most nTimeoutMs milliseconds, -1 for ever. An addition.
///
/// DICOM_ERROR_NET_TIME_OUT. L_DicomClose of the listener ends the wait.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomAcceptExt(HDICOMNET hNet, HDICOMNET hPeer, L_INT nTimeoutMs);

/// On a listener: refuses the oldest connection that is waiting, with a reset. An addition. Errors as of L_DicomAccept.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomReject(HDICOMNET hNet);

/// On a listener: how many connections wait to be accepted. An addition.
LDICOMNET_API L_UINT32 EXT_FUNCTION L_DicomGetPendingCount(HDICOMNET hNet);

/// Ends the connection, or the listening and whatever waits there; the listener's clients live on.
///
/// What was queued is still sent, for at most the linger time. When it returns, no callback of the handle is running or
/// will run; called inside one of its own, that holds from the callback's return. No close callback comes. The
/// handle can be used again.
LDICOMNET_API L_VOID EXT_FUNCTION L_DicomClose(HDICOMNET hNet);

/// L_TRUE: drops what is queued and resets the connection. L_FALSE: L_DicomClose.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomCloseForced(HDICOMNET hNet, L_BOOL bForced);

/// Closes a listener and every client it accepted.
LDICOMNET_API L_VOID EXT_FUNCTION L_DicomServerClose(HDICOMNET hNet);

// ---- State and queries ----------------------------------------------------------------------

/// Whether the handle is listening, connecting or connected.
LDICOMNET_API L_BOOL EXT_FUNCTION L_DicomIsActivated(HDICOMNET hNet);

/// Whether a connection is open.
LDICOMNET_API L_BOOL EXT_FUNCTION L_DicomIsConnected(HDICOMNET hNet);

/// Whether an association is negotiated.
LDICOMNET_API L_BOOL EXT_FUNCTION L_DicomIsAssociated(HDICOMNET hNet);

/// Bytes queued that the system has not taken yet.
LDICOMNET_API L_UINT32 EXT_FUNCTION L_DicomGetQueueSend(HDICOMNET hNet);

/// The listener that a connection was accepted from. NULL for others, and once the listener is closed or freed. As
/// L_DicomGetClient for an object of C++.
LDICOMNET_API HDICOMNET EXT_FUNCTION L_DicomGetServer(HDICOMNET hNet);

/// How many accepted connections a listener has open. Asked of an accepted one, it answers for its listener.
LDICOMNET_API L_UINT32 EXT_FUNCTION L_DicomGetClientCount(HDICOMNET hNet);

/// One of them, in the order of acceptance, the newest last.
///
/// NULL past the end, and for one that is being freed. The handle of an object of C++ is lent, and ends with the
/// object.
LDICOMNET_API HDICOMNET EXT_FUNCTION L_DicomGetClient(HDICOMNET hNet, L_UINT nIndex);

/// The local address and port as plain text: no brackets, an IPv4-mapped one as dotted quad.
///
/// AddressSizeInWords counts characters; NET_MAX_ADDRESS_SIZE_EX always suffices. Either pointer may be NULL. Too
/// small: DICOM_ERROR_PARAMETER, and the text is "". DICOM_ERROR_NET_NOT_CONNECTED.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomGetHostInfo(HDICOMNET hNet, L_TCHAR* pszAddress, L_UINT32 AddressSizeInWords,
                                                    L_UINT* pnPort);

/// The peer's address and port. As L_DicomGetHostInfo.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomGetPeerInfo(HDICOMNET hNet, L_TCHAR* pszAddress, L_UINT32 AddressSizeInWords,
                                                    L_UINT* pnPort);

/// The negotiated association, in accept form, with the abstract syntaxes that were requested. NULL before the first.
///
/// The handle is lent: the same one until another association is negotiated on hNet and this function called again, or
/// hNet is freed. It is a copy, so that changing it changes no association.
LDICOMNET_API HDICOMPDU EXT_FUNCTION L_DicomGetAssociate(HDICOMNET hNet);

/// Inside a callback about a message, on its thread: the message's command set. NULL anywhere else.
///
/// The handle is lent and ends with the callback.
LDICOMNET_API HDICOMDS EXT_FUNCTION L_DicomGetCommandSet(HDICOMNET hNet);

/// DICOM_SECURE_*. 0 for what is no handle.
LDICOMNET_API L_UINT32 EXT_FUNCTION L_DicomGetSecureMode(HDICOMNET hNet);

// ---- Options --------------------------------------------------------------------------------

/// Where callbacks run: DICOMNET_DISPATCH_THREADS (the default) or DICOMNET_DISPATCH_PUMP. An addition.
///
/// Before L_DicomListen and L_DicomConnect (else DICOM_ERROR_NET_IS_CONNECTED); accepted connections follow their
/// listener. DICOM_ERROR_PARAMETER.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomSetDispatchMode(HDICOMNET hNet, L_INT nMode);

/// The socket options that a new object has.
///
/// uStructSize is sizeof(DICOMSOCKETOPTIONS), else DICOM_ERROR_INVALID_STRUCT_SIZE.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomGetDefaultSocketOptions(HDICOMNET hNet, pDICOMSOCKETOPTIONS pOptions,
                                                                L_UINT uStructSize);

/// The socket options that this object has; with a socket, what the system made of them (Linux doubles sizes). As
/// L_DicomGetDefaultSocketOptions.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomGetSocketOptions(HDICOMNET hNet, pDICOMSOCKETOPTIONS pOptions,
                                                         L_UINT uStructSize);

/// Sets the options of the socket that the object has, if any, and of each that it opens from now on; accepted ones
/// follow their listener.
///
/// DICOM_ERROR_INVALID_STRUCT_SIZE; DICOM_ERROR_PARAMETER for a negative size.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomSetSocketOptions(HDICOMNET hNet, pDICOMSOCKETOPTIONS pOptions);

/// How long the library waits for connections, answers and peers. An addition.
///
/// uStructSize is sizeof(DICOMNETTIMEOUTS), else DICOM_ERROR_INVALID_STRUCT_SIZE.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomGetTimeouts(HDICOMNET hNet, pDICOMNETTIMEOUTS pTimeouts, L_UINT uStructSize);

/// Sets these times, for what L_DicomListen and L_DicomConnect begin from then on; accepted connections follow their
/// listener. An addition.
///
/// DICOM_ERROR_INVALID_STRUCT_SIZE; DICOM_ERROR_PARAMETER, and nothing is changed, for a time under 1.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomSetTimeouts(HDICOMNET hNet, pDICOMNETTIMEOUTS pTimeouts);

/// L_TRUE (the default): a sender hands to the system, on the calling thread, what that takes at once. L_FALSE: it only
/// queues, and a thread of the library sends.
///
/// Counts at once; accepted connections are given what their listener had when it began to listen.
LDICOMNET_API L_VOID EXT_FUNCTION L_DicomEnableOptimizedSend(HDICOMNET hNet, L_BOOL bEnable);

/// L_TRUE: a data set that has to be encoded before it is sent is encoded into a temporary file in the object's path.
/// L_FALSE (the default): up to nMemoryBytesMax of L_DicomSetStoreOptions in memory.
///
/// Counts from the next message on; accepted connections are given what their listener has. So do the next two.
LDICOMNET_API L_VOID EXT_FUNCTION L_DicomEnableOptimizedMemorySend(HDICOMNET hNet, L_BOOL bEnable);
LDICOMNET_API L_BOOL EXT_FUNCTION L_DicomIsOptimizedMemorySendEnabled(HDICOMNET hNet);

/// L_TRUE (the default): a data set that waits to be sent shares its bytes with the caller's handle, and with the file
/// that was loaded. L_FALSE: the bytes are copied at the call.
LDICOMNET_API L_VOID EXT_FUNCTION L_DicomEnableReferenceCounting(HDICOMNET hNet, L_BOOL bEnable);

/// DICOMNET_FLAGS_*: DICOMNET_FLAGS_SENDDATA_WITH_GROUP_LENGTH_STANDARD_DATA_ELEMENTS sends data sets with group
/// lengths.
LDICOMNET_API L_VOID EXT_FUNCTION L_DicomSetFlags(HDICOMNET hNet, L_UINT32 uDicomNetFlags);
LDICOMNET_API L_UINT32 EXT_FUNCTION L_DicomGetFlags(HDICOMNET hNet);

/// How data sets that arrive are kept. An addition. uStructSize is sizeof(DICOMSTOREOPTIONS), or that of one that ends
/// before nSpoolBytesMax, which then stays as it is; else DICOM_ERROR_INVALID_STRUCT_SIZE.
///
/// Counts for what L_DicomListen and L_DicomConnect begin from then on; accepted connections follow their listener.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomGetStoreOptions(HDICOMNET hNet, pDICOMSTOREOPTIONS pOptions,
                                                        L_UINT uStructSize);
LDICOMNET_API L_INT EXT_FUNCTION L_DicomSetStoreOptions(HDICOMNET hNet, pDICOMSTOREOPTIONS pOptions);

/// Who may be a client of the listener, and how many at once, for what L_DicomListen begins from then on. An addition.
///
/// DICOM_ERROR_INVALID_STRUCT_SIZE, DICOM_ERROR_NULL_PTR; DICOM_ERROR_PARAMETER, and nothing is changed, for what is no
/// AE title or no range of addresses.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomSetLimits(HDICOMNET hNet, const DICOMNETLIMITS* pLimits);

/// L_TRUE (the default): as many requests are outstanding as the negotiated asynchronous operations window allows
/// (PS3.7 D.3.3.3). L_FALSE: one at a time. An addition. Counts as the one before.
LDICOMNET_API L_VOID EXT_FUNCTION L_DicomEnableAsyncOperations(HDICOMNET hNet, L_BOOL bEnable);

/// Sets the debug mode, DEBUG_MODE_* or 0, and returns the one before.
LDICOMNET_API L_UINT32 EXT_FUNCTION L_DicomSetDebugMode(HDICOMNET hNet, L_UINT32 nDebugMode);

// ---- Senders --------------------------------------------------------------------------------
//
// Each returns when the system has what it sends, or it is queued; the send callback comes when the PDU has gone out.
// DICOM_ERROR_NET_NOT_CONNECTED without a connection; DICOM_ERROR_NET_INVALID, and nothing is sent, where the state of
// the association does not allow it; DICOM_ERROR_NET_NO_BUFFERS when too much is queued already. Outside a callback a
// sender whose queue is full waits.

/// A-ASSOCIATE-RQ (PS3.8 9.3.2). hPDU is copied. DICOM_ERROR_PDU_TYPE for one in accept form.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomSendAssociateRequest(HDICOMNET hNet, HDICOMPDU hPDU);

/// A-ASSOCIATE-AC (PS3.8 9.3.3). hPDU is copied. DICOM_ERROR_PDU_TYPE for one in request form.
///
/// Contexts of the request that hPDU leaves out are answered as refused; one that was not proposed is an error.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomSendAssociateAccept(HDICOMNET hNet, HDICOMPDU hPDU);

/// A-ASSOCIATE-RJ (PS3.8 9.3.4): PDU_REJECT_RESULT_*, PDU_REJECT_SOURCE_*, PDU_REJECT_REASON_*. The connection ends.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomSendAssociateReject(HDICOMNET hNet, L_UCHAR nResult, L_UCHAR nSource,
                                                            L_UCHAR nReason);

/// A-RELEASE-RQ (PS3.8 9.3.6). The release response callback tells that it is done.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomSendReleaseRequest(HDICOMNET hNet);

/// A-RELEASE-RP (PS3.8 9.3.7), the answer to the release request callback.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomSendReleaseResponse(HDICOMNET hNet);

/// A-ABORT (PS3.8 9.3.8): PDU_ABORT_SOURCE_*, PDU_ABORT_REASON_*. The connection ends.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomSendAbort(HDICOMNET hNet, L_UCHAR nSource, L_UCHAR nReason);

// ---- Senders of messages --------------------------------------------------------------------
//
// As the senders above; beside that, DICOM_ERROR_PDU_ID for a presentation context that was not accepted. Texts and
// data sets may be changed or freed right after.
//
// nMessageID of a request is the caller's, unique among those outstanding; of a response, that of the request.
// DICOM_ERROR_NULL_PTR for a text that is NULL; DICOM_ERROR_PARAMETER for a handle that is none, and for a text that is
// not what it should be: a UID has 1 to 64 characters, digits and dots, by PS3.5 9.1 but that its numbers may begin
// with zeros; an AE title has 1 to 16 characters of the default repertoire, not all of them spaces. pszInstance of a
// response may be NULL or "" and is then left out.
//
// hDS goes out as in L_DicomSendData; NULL is a message without a data set. C-STORE-RQ, C-FIND-RQ, C-GET-RQ, C-MOVE-RQ
// and N-SET-RQ are nothing without it: DICOM_ERROR_NULL_PTR for NULL, DICOM_ERROR_PARAMETER for one without bytes.
//
// nPriority: COMMAND_PRIORITY_*, else DICOM_ERROR_PARAMETER. nStatus: COMMAND_STATUS_*, or any other. The further
// elements of a status (PS3.7 C.5) are added in the callback pfnBeforeSendCommandSet.

/// A message: the command set hCS and, unless NULL, the data set hDS, in the transfer syntax of the context.
///
/// The data set type (0000,0800) and the group length are set to what is sent. Both may be changed or freed right
/// after. DICOM_ERROR_PARAMETER when hCS holds no command field; DICOM_ERROR_PDU_ID for a presentation context that was
/// not accepted.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomSendData(HDICOMNET hNet, L_UCHAR nPresentationID, HDICOMDS hCS, HDICOMDS hDS);

// C-STORE, C-FIND, C-GET, C-MOVE, C-CANCEL, C-ECHO.

/// C-STORE-RQ (PS3.7 9.3.1.1), with the data set hDS.
///
/// For a sub-operation of a C-MOVE, pszMoveAE and nMoveMessageID are the title of the AE that asked for the C-MOVE and
/// its message ID. For everything else they are "" or NULL and 0, and left out; a message ID without a title is
/// DICOM_ERROR_PARAMETER.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomSendCStoreRequest(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                                          const L_TCHAR* pszClass, const L_TCHAR* pszInstance,
                                                          L_UINT16 nPriority, const L_TCHAR* pszMoveAE,
                                                          L_UINT16 nMoveMessageID, HDICOMDS hDS);

/// C-STORE-RSP (PS3.7 9.3.1.2).
LDICOMNET_API L_INT EXT_FUNCTION L_DicomSendCStoreResponse(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                                           const L_TCHAR* pszClass, const L_TCHAR* pszInstance,
                                                           L_UINT16 nStatus);

/// C-FIND-RQ (PS3.7 9.3.2.1), with the identifier hDS.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomSendCFindRequest(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                                         const L_TCHAR* pszClass, L_UINT16 nPriority, HDICOMDS hDS);

/// C-FIND-RSP (PS3.7 9.3.2.2): one with COMMAND_STATUS_PENDING and hDS for each match, then one with hDS NULL.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomSendCFindResponse(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                                          const L_TCHAR* pszClass, L_UINT16 nStatus, HDICOMDS hDS);

/// C-GET-RQ (PS3.7 9.3.3.1), with the identifier hDS.
///
/// Its C-STORE sub-operations come on this association, on contexts for which the requestor has taken the SCP role.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomSendCGetRequest(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                                        const L_TCHAR* pszClass, L_UINT16 nPriority, HDICOMDS hDS);

/// C-GET-RSP (PS3.7 9.3.3.2). hDS of the last one lists the instances that failed, or is NULL.
///
/// nRemaining is sent with a pending or cancel status alone (PS3.4 C.4.3), the other numbers always.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomSendCGetResponse(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                                         const L_TCHAR* pszClass, L_UINT16 nStatus, L_UINT16 nRemaining,
                                                         L_UINT16 nCompleted, L_UINT16 nFailed, L_UINT16 nWarning,
                                                         HDICOMDS hDS);

/// C-MOVE-RQ (PS3.7 9.3.4.1), with the identifier hDS. pszMoveAE is the AE that is to receive the instances.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomSendCMoveRequest(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                                         const L_TCHAR* pszClass, L_UINT16 nPriority,
                                                         const L_TCHAR* pszMoveAE, HDICOMDS hDS);

/// C-MOVE-RSP (PS3.7 9.3.4.2), as C-GET-RSP.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomSendCMoveResponse(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                                          const L_TCHAR* pszClass, L_UINT16 nStatus,
                                                          L_UINT16 nRemaining, L_UINT16 nCompleted, L_UINT16 nFailed,
                                                          L_UINT16 nWarning, HDICOMDS hDS);

/// C-CANCEL-RQ (PS3.7 9.3.2.3): asks to end the C-FIND, C-GET or C-MOVE with that message ID.
///
/// Nothing answers it but the last response of what it cancels, with COMMAND_STATUS_CANCEL if it was in time.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomSendCCancelRequest(HDICOMNET hNet, L_UCHAR nPresentationID,
                                                           L_UINT16 nMessageID);

/// C-ECHO-RQ (PS3.7 9.3.5.1). pszClass is UID_VERIFICATION_CLASS.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomSendCEchoRequest(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                                         const L_TCHAR* pszClass);

/// C-ECHO-RSP (PS3.7 9.3.5.2).
LDICOMNET_API L_INT EXT_FUNCTION L_DicomSendCEchoResponse(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                                          const L_TCHAR* pszClass, L_UINT16 nStatus);

// N-EVENT-REPORT, N-GET, N-SET, N-ACTION, N-CREATE, N-DELETE.

/// N-EVENT-REPORT-RQ (PS3.7 10.3.1.1). hDS is the information about the event, or NULL.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomSendNReportRequest(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                                           const L_TCHAR* pszClass, const L_TCHAR* pszInstance,
                                                           L_UINT16 nEvent, HDICOMDS hDS);

/// N-EVENT-REPORT-RSP (PS3.7 10.3.1.2). hDS is the reply, or NULL.
///
/// nEvent is sent with a status that is success or warning, with hDS, and with the failures that are about it (0113H,
/// 0114H, 0115H; PS3.7 10.1.1.1.5 and C.5).
LDICOMNET_API L_INT EXT_FUNCTION L_DicomSendNReportResponse(HDICOMNET hNet, L_UCHAR nPresentationID,
                                                            L_UINT16 nMessageID, const L_TCHAR* pszClass,
                                                            const L_TCHAR* pszInstance, L_UINT16 nStatus,
                                                            L_UINT16 nEvent, HDICOMDS hDS);

/// N-GET-RQ (PS3.7 10.3.2.1) of the nCount attributes with the tags at pnAttribute, 0xGGGGEEEE; of all with a count of
/// 0.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomSendNGetRequest(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                                        const L_TCHAR* pszClass, const L_TCHAR* pszInstance,
                                                        const L_UINT32* pnAttribute, L_UINT16 nCount);

/// N-GET-RSP (PS3.7 10.3.2.2). hDS is the attribute list, or NULL.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomSendNGetResponse(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                                         const L_TCHAR* pszClass, const L_TCHAR* pszInstance,
                                                         L_UINT16 nStatus, HDICOMDS hDS);

/// N-SET-RQ (PS3.7 10.3.3.1), with the modification list hDS.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomSendNSetRequest(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                                        const L_TCHAR* pszClass, const L_TCHAR* pszInstance,
                                                        HDICOMDS hDS);

/// N-SET-RSP (PS3.7 10.3.3.2). hDS is the attribute list, or NULL.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomSendNSetResponse(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                                         const L_TCHAR* pszClass, const L_TCHAR* pszInstance,
                                                         L_UINT16 nStatus, HDICOMDS hDS);

/// N-ACTION-RQ (PS3.7 10.3.4.1). hDS is the information about the action, or NULL.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomSendNActionRequest(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                                           const L_TCHAR* pszClass, const L_TCHAR* pszInstance,
                                                           L_UINT16 nAction, HDICOMDS hDS);

/// N-ACTION-RSP (PS3.7 10.3.4.2). hDS is the reply, or NULL. nAction is sent as nEvent of N-EVENT-REPORT-RSP, and with
/// 0123H.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomSendNActionResponse(HDICOMNET hNet, L_UCHAR nPresentationID,
                                                            L_UINT16 nMessageID, const L_TCHAR* pszClass,
                                                            const L_TCHAR* pszInstance, L_UINT16 nStatus,
                                                            L_UINT16 nAction, HDICOMDS hDS);

/// N-CREATE-RQ (PS3.7 10.3.5.1). hDS is the attribute list, or NULL.
///
/// Without an instance, pszInstance NULL or "", the performer names it in its response.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomSendNCreateRequest(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                                           const L_TCHAR* pszClass, const L_TCHAR* pszInstance,
                                                           HDICOMDS hDS);

/// N-CREATE-RSP (PS3.7 10.3.5.2). hDS is the attribute list, or NULL.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomSendNCreateResponse(HDICOMNET hNet, L_UCHAR nPresentationID,
                                                            L_UINT16 nMessageID, const L_TCHAR* pszClass,
                                                            const L_TCHAR* pszInstance, L_UINT16 nStatus, HDICOMDS hDS);

/// N-DELETE-RQ (PS3.7 10.3.6.1).
LDICOMNET_API L_INT EXT_FUNCTION L_DicomSendNDeleteRequest(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                                           const L_TCHAR* pszClass, const L_TCHAR* pszInstance);

/// N-DELETE-RSP (PS3.7 10.3.6.2).
LDICOMNET_API L_INT EXT_FUNCTION L_DicomSendNDeleteResponse(HDICOMNET hNet, L_UCHAR nPresentationID,
                                                            L_UINT16 nMessageID, const L_TCHAR* pszClass,
                                                            const L_TCHAR* pszInstance, L_UINT16 nStatus);

LDICOMNET_C_END

#endif  // LDICOMNET_C_API_NET_H
