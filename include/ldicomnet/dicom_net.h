/// \file
/// LDicomNet: a DICOM network object. It listens, or it connects, or it is one accepted connection; it negotiates one
/// association (PS3.8) and carries DIMSE messages over it (PS3.7). Derive from it and override the hooks you need.
///
/// Five lines that listen:
///
///     class Server : public LDicomNet {
///      public:
///       ~Server() override { Close(); }
///       L_VOID OnAccept(L_INT nError) override { if (nError == DICOM_SUCCESS) Accept(new Connection); }
///     };
///     Server server;  server.Listen("*", 11112, 50, DICOM_IPTYPE_IPV4_OR_IPV6);
///
/// **Threads.** Hooks run on the library's own threads; no message loop is needed. Hooks of one object never run at the
/// same time and come in order; hooks of different objects may run in parallel, and a slow one delays only its own
/// object. (OnBeforeSendCommandSet alone runs on the thread that sends.) Send*, Close, Accept and the queries may be
/// called from any thread, and inside a hook every member may be called on every object, this one's Close and `delete
/// this` included.
///
/// **The end of an object.** Close() first, then delete. By the time ~LDicomNet runs, the derived part is gone, so a
/// class that overrides hooks calls Close() in its own destructor, or is made by ldicomnet::Make (dicom_net_helpers.h).
/// Do not call Close() holding a lock that one of the object's hooks takes: Close() waits for that hook.
///
/// **Exceptions.** No member throws. An exception that leaves a hook is caught and logged; in OnAccept and OnCondition
/// the connection is refused, elsewhere the association is aborted. A hook must not end its thread (pthread_exit).
///
/// **Results.** L_INT is 0 or one of DICOM_ERROR_* (errors.h). A required pointer that is NULL is DICOM_ERROR_NULL_PTR.

#ifndef LDICOMNET_DICOM_NET_H
#define LDICOMNET_DICOM_NET_H

#include "ldicomnet/callbacks.h"
#include "ldicomnet/constants.h"
#include "ldicomnet/dicom_associate.h"
#include "ldicomnet/dicom_ds.h"
#include "ldicomnet/errors.h"
#include "ldicomnet/export.h"
#include "ldicomnet/structs.h"
#include "ldicomnet/types.h"

#include <memory>

namespace ldicomnet {
namespace detail {
struct NetAccess;
struct NetState;
}  // namespace detail
}  // namespace ldicomnet

class LDICOMNET_API LDicomNet {
 public:
  // ---- Construction and process-wide members ------------------------------------------------

  /// An idle object. pszPath is the directory for temporary files, where a received data set is spooled once it is
  /// larger than memory should hold (NULL: the system's). nMode is DICOM_SECURE_NONE or DICOM_SECURE_TLS; with another
  /// one Listen and Connect answer DICOM_ERROR_BAD_SECURE_MODE, so that nothing meant to be secure goes out in clear.
  explicit LDicomNet(const L_TCHAR* pszPath = NULL, L_INT32 nMode = static_cast<L_INT32>(DICOM_SECURE_NONE));
  /// An object that Initialize() must set up: until then Listen and Connect answer DICOM_ERROR_NET_NOT_INITIALISED.
  LDicomNet(const L_TCHAR* pszPath, L_INT32 nMode, L_BOOL bReserved);
  /// Closes the object if need be, and waits as Close() does. See "The end of an object" above.
  virtual ~LDicomNet();
  LDicomNet(const LDicomNet&) = delete;
  LDicomNet& operator=(const LDicomNet&) = delete;

  /// Sets the path and the mode of an object that is neither listening nor connected (else
  /// DICOM_ERROR_NET_IS_CONNECTED). pCtxCreate belongs to DICOM_SECURE_TLS, NULL for the defaults, and is not looked at
  /// otherwise; its nSuccess gets the outcome. With TLS OnCreateCTX is called. DICOM_ERROR_BAD_SECURE_MODE;
  /// DICOM_ERROR_INVALID_STRUCT_SIZE; DICOM_ERROR_TLS_INSUFFICIENT_SECURITY for a method of SSL or TLS 1.0;
  /// DICOM_ERROR_TLS_INVALID_CTX_*. The file of authorities is read by Listen and Connect.
  L_INT Initialize(const L_TCHAR* pszPath, L_INT32 nMode, pL_SSL_CTX_CREATE pCtxCreate);

  /// Starts the library's threads. Counted, and optional: the first use starts the library by itself.
  static L_INT StartUp();
  /// Undoes one StartUp. The last one closes every object and joins every thread; called inside a hook, it closes them
  /// and leaves the joining to the hook's end. The library can be started again.
  static L_VOID ShutDown();
  /// Runs the hooks of objects in pump mode that are due, on this thread, and returns without waiting. Any thread;
  /// where there are none it returns at once.
  static L_VOID Breathe();
  /// The same, after waiting for one to become due: at most nTimeoutMs milliseconds, -1 for ever. An addition. TRUE
  /// when there was work, FALSE when the time was over.
  static L_BOOL Wait(L_INT nTimeoutMs);
  /// A descriptor that polls readable while hooks of pump mode are due, for epoll, Qt, GLib or asio loops; only to be
  /// polled, never read or closed. An addition. Negative where the system has none.
  static L_INT64 GetEventHandle();
  /// The empty text. Kept for source compatibility: no window stands behind the object.
  static L_TCHAR* GetWindowNetClassName();

  // ---- Connection ---------------------------------------------------------------------------

  /// Listens on an address and port. OnCondition and OnAccept come for each connection that arrives.
  ///
  /// pszHostAddress: NULL or "" the computer's own address of that family (the source address of its default route,
  /// else its first interface that is up and not loopback, else loopback; with DICOM_IPTYPE_IPV4_OR_IPV6 one of each,
  /// on the same port); "*" every local address of the type; else a literal or a name, which may give several
  /// addresses. A link-local literal may carry a scope: "fe80::1%eth0". nHostPort: 0 takes a free one, which
  /// GetHostInfo tells; at most 65535. nNbPeers: the backlog of listen(), and how many deferred connections are held;
  /// not negative, cut to what the system allows; no limit on clients. nIpType: DICOM_IPTYPE_*; the short form is
  /// DICOM_IPTYPE_IPV4, and DICOM_IPTYPE_IPV6 is IPv6 alone.
  ///
  /// DICOM_ERROR_PARAMETER; DICOM_IPV4_IPV6_CONFLICT for a literal of the other family; DICOM_ERROR_NET_IS_CONNECTED
  /// for an object that is listening or connected; DICOM_ERROR_NET_ADDRESS_IN_USE, _ADDRESS_NOT_AVAILABLE, _ACCESS,
  /// _HOST_NOT_FOUND.
  L_INT Listen(const L_TCHAR* pszHostAddress, L_UINT nHostPort, L_INT nNbPeers);
  L_INT Listen(const L_TCHAR* pszHostAddress, L_UINT nHostPort, L_INT nNbPeers, L_INT nIpType);

  /// Connects to a peer. Asynchronous: 0 means under way, and OnConnect tells the outcome. A name is resolved without
  /// keeping the caller; several addresses are tried in turn (RFC 8305 order for DICOM_IPTYPE_IPV4_OR_IPV6).
  /// pszHostAddress NULL or "" and nHostPort 0: any local address and port.
  L_INT Connect(const L_TCHAR* pszHostAddress, L_UINT nHostPort, const L_TCHAR* pszPeerAddress, L_UINT nPeerPort);
  L_INT Connect(const L_TCHAR* pszHostAddress, L_UINT nHostPort, const L_TCHAR* pszPeerAddress, L_UINT nPeerPort,
                L_INT nIpType);
  /// The same, waiting: at most nTimeoutMs milliseconds, -1 for ever. An addition. Returns what OnConnect is told,
  /// which comes too, perhaps after this has returned; or DICOM_ERROR_NET_TIME_OUT with the attempt given up and no
  /// OnConnect.
  L_INT Connect(const L_TCHAR* pszHostAddress, L_UINT nHostPort, const L_TCHAR* pszPeerAddress, L_UINT nPeerPort,
                L_INT nIpType, L_INT nTimeoutMs);

  /// On a listener: gives the oldest connection that is waiting to pNet, a new and idle object, which takes over the
  /// listener's options and dispatch mode. Its first hook comes after the OnAccept that accepted it has returned;
  /// GetPeerInfo is valid at once. If it fails the caller still owns pNet. DICOM_ERROR_NET_WOULD_BLOCK when none is
  /// waiting, DICOM_ERROR_NET_IS_CONNECTED when pNet is in use (as this object itself is),
  /// DICOM_ERROR_NET_NOT_CONNECTED when this one does not listen.
  L_INT Accept(LDicomNet* pNet);
  /// The same, waiting for one to arrive: at most nTimeoutMs milliseconds, -1 for ever. An addition.
  /// DICOM_ERROR_NET_TIME_OUT.
  L_INT Accept(LDicomNet* pNet, L_INT nTimeoutMs);
  /// On a listener: refuses the oldest connection that is waiting, with a reset. An addition. Errors as of Accept.
  L_INT Reject();
  /// On a listener: how many connections wait to be accepted. An addition.
  L_UINT32 GetPendingCount() const;

  /// Ends the connection, or the listening and whatever waits there (its clients live on). What Send* has queued is
  /// still flushed, for at most the linger time. Any thread, any hook, any number of times. When it returns, no hook of
  /// the object is running or will run; called inside one of its own hooks, that holds from that hook's return, and so
  /// it does when two hooks, each of its own object, close each other's: the later of the two does not wait. No OnClose
  /// comes. The object can Listen, Connect or be accepted again.
  L_VOID Close();
  /// L_TRUE: drops what is queued and resets the connection. L_FALSE: Close().
  L_INT CloseForced(L_BOOL bForced);
  /// Close() on a listener and on every client it accepted.
  L_VOID ServerClose();

  // ---- Association, release, abort ----------------------------------------------------------
  //
  // A Send* returns when the system has what it sends, or it is queued; OnSend comes when the PDU has gone out.
  // DICOM_ERROR_NET_NOT_CONNECTED without a connection; DICOM_ERROR_NET_INVALID, and nothing is sent, where the state
  // of the association does not allow it; DICOM_ERROR_NET_NO_BUFFERS when too much is queued already. Outside a hook a
  // Send* whose queue is full waits.

  /// The object is copied and stays the caller's. DICOM_ERROR_PDU_TYPE for one of the other form.
  L_INT SendAssociateRequest(LDicomAssociate* pPDU);
  /// Contexts of the request that pPDU leaves out are answered as refused; one that was not proposed is an error.
  L_INT SendAssociateAccept(LDicomAssociate* pPDU);
  /// PDU_REJECT_RESULT_*, PDU_REJECT_SOURCE_*, PDU_REJECT_REASON_* (PS3.8 9.3.4). The connection ends with it.
  L_INT SendAssociateReject(L_UCHAR nResult, L_UCHAR nSource, L_UCHAR nReason);
  /// DICOM_ERROR_NET_WOULD_BLOCK while requests wait for their place in the asynchronous operations window, which would
  /// be lost.
  L_INT SendReleaseRequest();
  L_INT SendReleaseResponse();
  /// PDU_ABORT_SOURCE_*, PDU_ABORT_REASON_* (PS3.8 9.3.8). The connection ends with it.
  L_INT SendAbort(L_UCHAR nSource, L_UCHAR nReason);

  /// Sends a message: the command set pCS and, unless NULL, the encoded bytes of pDS, which must be in the transfer
  /// syntax of the presentation context. A pDS without bytes is as NULL. The command data set type (0000,0800) and the
  /// group length are set to what is sent. Both objects may be changed or freed right after. DICOM_ERROR_PARAMETER when
  /// pCS holds no command field, DICOM_ERROR_PDU_ID for a presentation context that was not accepted.
  L_INT SendData(L_UCHAR nPresentationID, LDicomDS* pCS, LDicomDS* pDS);

  // ---- DIMSE senders ------------------------------------------------------------------------
  //
  // One for each request and response of PS3.7 9.3 and 10.3. All return DICOM_SUCCESS, or what the Send* above return,
  // or DICOM_ERROR_PDU_ID for a presentation context that was not accepted, and then nothing is sent.
  //
  // nMessageID of a request is the caller's, unique among those outstanding; of a response, that of the request. Texts
  // and data sets may be changed or freed right after. DICOM_ERROR_NULL_PTR for a text that is NULL;
  // DICOM_ERROR_PARAMETER for one that is not what it should be: a UID has 1 to 64 characters, digits and dots, by
  // PS3.5 9.1 but that its numbers may begin with zeros, for there are instances with such UIDs; an AE title has 1 to
  // 16 characters of the default repertoire, not all of them spaces. pszInstance of a response, and of
  // SendNCreateRequest, may be NULL or "" and is then left out.
  //
  // pDS goes out as in SendData; NULL is a message without a data set. A request that is nothing without it
  // (SendCStoreRequest, SendCFindRequest, SendCGetRequest, SendCMoveRequest, SendNSetRequest) answers
  // DICOM_ERROR_NULL_PTR for NULL, and DICOM_ERROR_PARAMETER for one without bytes. The command data set type
  // (0000,0800) says whether one goes along.
  //
  // nPriority: COMMAND_PRIORITY_*, else DICOM_ERROR_PARAMETER. nStatus: COMMAND_STATUS_*, or any other. The further
  // elements of a status (PS3.7 C.5: offending element, error comment, error ID, attribute identifier list) are added
  // in OnBeforeSendCommandSet.

  /// C-STORE (PS3.7 9.1.1). For a sub-operation of a C-MOVE, pszMoveAE and nMoveMessageID are the title of the AE that
  /// asked for the C-MOVE and its message ID. For everything else pszMoveAE is "" or NULL and nMoveMessageID 0, and
  /// both elements are left out; a message ID without a title is DICOM_ERROR_PARAMETER.
  L_INT SendCStoreRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, const L_TCHAR* pszClass,
                          const L_TCHAR* pszInstance, L_UINT16 nPriority, const L_TCHAR* pszMoveAE,
                          L_UINT16 nMoveMessageID, LDicomDS* pDS);
  L_INT SendCStoreResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, const L_TCHAR* pszClass,
                           const L_TCHAR* pszInstance, L_UINT16 nStatus);
  /// C-FIND (PS3.7 9.1.2): one response with COMMAND_STATUS_PENDING and pDS for each match, then one without pDS.
  L_INT SendCFindRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, const L_TCHAR* pszClass, L_UINT16 nPriority,
                         LDicomDS* pDS);
  L_INT SendCFindResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, const L_TCHAR* pszClass, L_UINT16 nStatus,
                          LDicomDS* pDS);
  /// C-GET (PS3.7 9.1.3). Its C-STORE sub-operations come on this association, on contexts for which the requestor has
  /// taken the SCP role (LDicomAssociate::SetRoleSelect). nRemaining is sent with a pending or cancel status alone, as
  /// PS3.4 C.4.3 has it, the other numbers always. pDS of the last response lists the instances that failed, or is
  /// NULL.
  L_INT SendCGetRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, const L_TCHAR* pszClass, L_UINT16 nPriority,
                        LDicomDS* pDS);
  L_INT SendCGetResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, const L_TCHAR* pszClass, L_UINT16 nStatus,
                         L_UINT16 nRemaining, L_UINT16 nCompleted, L_UINT16 nFailed, L_UINT16 nWarning, LDicomDS* pDS);
  /// C-MOVE (PS3.7 9.1.4). pszMoveAE is the AE that is to receive the instances. The response is as that of C-GET.
  L_INT SendCMoveRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, const L_TCHAR* pszClass, L_UINT16 nPriority,
                         const L_TCHAR* pszMoveAE, LDicomDS* pDS);
  L_INT SendCMoveResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, const L_TCHAR* pszClass, L_UINT16 nStatus,
                          L_UINT16 nRemaining, L_UINT16 nCompleted, L_UINT16 nFailed, L_UINT16 nWarning, LDicomDS* pDS);
  /// C-CANCEL (PS3.7 9.3.2.3): asks to end the C-FIND, C-GET or C-MOVE with that message ID. Nothing answers it but the
  /// last response of what it cancels, with COMMAND_STATUS_CANCEL if it was in time.
  L_INT SendCCancelRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID);
  /// C-ECHO (PS3.7 9.1.5). pszClass is UID_VERIFICATION_CLASS.
  L_INT SendCEchoRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, const L_TCHAR* pszClass);
  L_INT SendCEchoResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, const L_TCHAR* pszClass, L_UINT16 nStatus);

  /// N-EVENT-REPORT (PS3.7 10.1.1). nEvent of the response is sent with a status that is success or warning, with pDS,
  /// and with the failures that are about it (0113H, 0114H, 0115H; PS3.7 10.1.1.1.5 and C.5).
  L_INT SendNReportRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, const L_TCHAR* pszClass,
                           const L_TCHAR* pszInstance, L_UINT16 nEvent, LDicomDS* pDS);
  L_INT SendNReportResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, const L_TCHAR* pszClass,
                            const L_TCHAR* pszInstance, L_UINT16 nStatus, L_UINT16 nEvent, LDicomDS* pDS);
  /// N-GET (PS3.7 10.1.2) of the nCount attributes with the tags at pnAttribute, 0xGGGGEEEE; of all with a count of 0.
  L_INT SendNGetRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, const L_TCHAR* pszClass,
                        const L_TCHAR* pszInstance, const L_UINT32* pnAttribute, L_UINT16 nCount);
  L_INT SendNGetResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, const L_TCHAR* pszClass,
                         const L_TCHAR* pszInstance, L_UINT16 nStatus, LDicomDS* pDS);
  /// N-SET (PS3.7 10.1.3). pDS is the modification list.
  L_INT SendNSetRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, const L_TCHAR* pszClass,
                        const L_TCHAR* pszInstance, LDicomDS* pDS);
  L_INT SendNSetResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, const L_TCHAR* pszClass,
                         const L_TCHAR* pszInstance, L_UINT16 nStatus, LDicomDS* pDS);
  /// N-ACTION (PS3.7 10.1.4). nAction of the response is sent as nEvent of SendNReportResponse, and with 0123H.
  L_INT SendNActionRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, const L_TCHAR* pszClass,
                           const L_TCHAR* pszInstance, L_UINT16 nAction, LDicomDS* pDS);
  L_INT SendNActionResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, const L_TCHAR* pszClass,
                            const L_TCHAR* pszInstance, L_UINT16 nStatus, L_UINT16 nAction, LDicomDS* pDS);
  /// N-CREATE (PS3.7 10.1.5). Without an instance in the request the performer names it, in its response.
  L_INT SendNCreateRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, const L_TCHAR* pszClass,
                           const L_TCHAR* pszInstance, LDicomDS* pDS);
  L_INT SendNCreateResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, const L_TCHAR* pszClass,
                            const L_TCHAR* pszInstance, L_UINT16 nStatus, LDicomDS* pDS);
  /// N-DELETE (PS3.7 10.1.6).
  L_INT SendNDeleteRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, const L_TCHAR* pszClass,
                           const L_TCHAR* pszInstance);
  L_INT SendNDeleteResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, const L_TCHAR* pszClass,
                            const L_TCHAR* pszInstance, L_UINT16 nStatus);

  // ---- State and queries --------------------------------------------------------------------

  L_BOOL IsActivated() const;     ///< Listening, connecting or connected.
  L_BOOL IsConnected() const;     ///< A connection is open.
  L_BOOL IsAssociated() const;    ///< An association is negotiated.
  L_UINT32 GetQueueSend() const;  ///< Bytes queued that the system has not taken yet.

  /// The listening object this connection was accepted from; NULL for others, and once the listener is closed.
  LDicomNet* GetServer() const;
  /// On a listener the connections accepted from it that are still open, in order of acceptance, the newest last. Asked
  /// of an accepted connection it answers for its listener.
  L_UINT32 GetClientCount() const;
  /// NULL past the end.
  LDicomNet* GetClient(L_UINT nIndex) const;

  /// The local and the peer's address as plain text: no brackets, an IPv4-mapped one as dotted quad, a link-local one
  /// with its scope. AddressSizeInWords counts characters; NET_MAX_ADDRESS_SIZE_EX is always enough. Too small:
  /// DICOM_ERROR_PARAMETER, and the text is "". Either pointer may be NULL. DICOM_ERROR_NET_NOT_CONNECTED.
  L_INT GetHostInfo(L_TCHAR* pszAddress, L_UINT32 AddressSizeInWords, L_UINT* pnPort) const;
  L_INT GetPeerInfo(L_TCHAR* pszAddress, L_UINT32 AddressSizeInWords, L_UINT* pnPort) const;

  /// The negotiated association in accept form, each context with the abstract syntax that was requested. NULL before
  /// the first and after Close(); after its end otherwise it stays there. The object belongs to this one, and is filled
  /// anew by the first call after another association was negotiated. Use it on one thread at a time.
  LDicomAssociate* GetAssociate();
  /// Inside a hook about a message, on that hook's thread: the message's command set, to read further elements (of
  /// OnBeforeSendCommandSet: the one about to be sent). NULL anywhere else.
  LDicomDS* GetCommandSet() const;
  /// DICOM_SECURE_*
  L_UINT32 GetSecureMode() const;

  // ---- Secure connections -------------------------------------------------------------------
  //
  // With DICOM_SECURE_TLS a connection is TCP first: OnConnect comes, or Accept succeeds, and the handshake goes on by
  // itself, within its own time. OnSecureLinkReady tells its end. An association may be requested before; it goes out
  // then. The peer's association request comes after. TLS 1.2 and 1.3 (PS3.15 Annex B); accepted connections have their
  // listener's settings. In TLS 1.3 a server's refusal may come when a client's handshake is over already: OnClose
  // tells it then. Settings count for what Listen and Connect begin from then on, a server's certificate at once.
  // A client that was connected before resumes its session, and so does an object that connects again. The peer's
  // certificate is verified and OnVerify asked all the same, and other settings, certificates, authorities or
  // revocation lists than before make it a handshake in full.
  // A peer that speaks nothing newer than TLS 1.1, or a client that offers no suite with forward secrecy and
  // authenticated encryption (RSA key exchange, 3DES, RC4, CBC), ends in DICOM_ERROR_TLS_INSUFFICIENT_SECURITY; a
  // server of such suites does not say so, and ends in DICOM_ERROR_TLS_HANDSHAKE_FAILURE.

  /// The list of cipher suites of TLS 1.2, the preferred first, at index 0 to MAX_CIPHERSUITE_COUNT - 1; 0 where there
  /// is none. An empty list is that of the profile. DHE, DES, 3DES, CBC and RSA key exchange answer
  /// DICOM_ERROR_TLS_INSUFFICIENT_SECURITY; DICOM_ERROR_PARAMETER. The suites of TLS 1.3 are not chosen. A listener
  /// with a list goes by its own order, one without by the client's.
  L_CIPHERSUITE GetCipherFromIndexTLS(L_UINT32 nIndex) const;
  L_UINT32 SetCipherToIndexTLS(L_UINT32 nIndex, L_CIPHERSUITE cipher);
  /// What was negotiated, 0 before; one that L_CIPHERSUITE has no name for by its number on the wire (TLS 1.3: 0x1301
  /// to 0x1303).
  L_CIPHERSUITE GetCiphersuiteTLS() const;
  /// What a suite is made of: L_CRYPT_*, L_MUTUALAUTH_*, L_MAC_* (none where encryption authenticates),
  /// L_KEYEXCHANGE_*, and bits of the key; of the certificate's key the least. 0 for what is no L_CIPHERSUITE.
  L_UINT32 GetEncryptionAlgorithmTLS(L_CIPHERSUITE cipher) const;
  L_UINT32 GetAuthenticationAlgorithmTLS(L_CIPHERSUITE cipher) const;
  L_UINT32 GetIntegrityAlgorithmTLS(L_CIPHERSUITE cipher) const;
  L_UINT32 GetKeyExchangeAlgorithmTLS(L_CIPHERSUITE cipher) const;
  L_UINT32 GetEncryptKeyLengthTLS(L_CIPHERSUITE cipher) const;
  L_UINT32 GetMutualAuthKeyLengthTLS(L_CIPHERSUITE cipher) const;

  /// The certificate this side shows as a client, and as a server, which must have one. certType: L_TLS_FILETYPE_PEM,
  /// with the issuers' certificates behind it, or L_TLS_FILETYPE_ASN1. pszPathToKeyFile NULL: the key is in the same
  /// file. For an encrypted key (PKCS #8) OnPrivateKeyPassword is asked, on this thread. While the object listens, new
  /// connections are shown the new certificate, and its files of authorities and revocation lists are read anew for
  /// them. DICOM_ERROR_OPEN for no file, DICOM_ERROR_CERTIFICATE_LOAD_FAILED,
  /// DICOM_ERROR_PRIVATE_KEY_LOAD_FAILED, DICOM_ERROR_KEYS_MISMATCH, DICOM_ERROR_PARAMETER, DICOM_ERROR_NULL_PTR.
  L_UINT32 SetClientCertificateTLS(const L_TCHAR* pszPathToCertificate, L_UINT32 certType,
                                   const L_TCHAR* pszPathToKeyFile);
  L_UINT32 SetServerCertificateTLS(const L_TCHAR* pszPathToCertificate, L_UINT32 certType,
                                   const L_TCHAR* pszPathToKeyFile);
  /// How the last handshake ended, or the last loading of a certificate: DICOM_ERROR_TLS_OK, or what went wrong.
  L_UINT32 GetErrorSecure() const;
  /// Not NULL with DICOM_SECURE_TLS.
  L_SSL_CTX* GetCTX() const;
  /// L_SSL_OP_*. L_SSL_OP_NO_TLSv1_2 leaves TLS 1.3 alone; what the others exclude is never spoken.
  L_INT32 CTXSetOptions(L_UINT uOptions);
  /// TYPE_*_METHOD. DICOM_ERROR_TLS_INSUFFICIENT_SECURITY for those of SSL 2 and 3 and TLS 1.0; DICOM_ERROR_PARAMETER.
  L_INT SetSLLMethodType(L_INT nMethodType);
  /// 0 none, 1 in a client's handshake, 2 in a server's, 3 connected.
  L_UINT32 GetTLSStatus() const;
  /// What the above is to answer, until it would change. The connection stays as it is.
  L_VOID SetTLSStatus(L_UINT32 uStatus);
  /// Is the status 3? And to set it to 3, or to 0.
  L_BOOL GetIsSecureConnected() const;
  L_VOID SetIsSecureConnected(L_BOOL bConnected);
  /// A profile of PS3.15 Annex B, DICOM_TLS_PROFILE_*; empties the list of cipher suites. Both are TLS 1.2 and 1.3, the
  /// latter preferred, with ECDHE over X25519, P-256 or P-384, certificates of RSA keys of 2048 bits or elliptic curve
  /// keys of 256 at least, signed with SHA-256 or better. B.12 (BCP 195 RFC 8996, 9325 TLS): what RFC 9325 recommends
  /// and what is not weaker. B.13 (the modified one): what the profile names and nothing else. Of what both allow there
  /// are, for TLS 1.2, TLS_ECDHE_(RSA|ECDSA)_WITH_(AES_128_GCM_SHA256|AES_256_GCM_SHA384|CHACHA20_POLY1305_SHA256), and
  /// for TLS 1.3 the same three ciphers; not the suites in CCM mode, which B.13 asks a server for too. To be TLS 1.3
  /// alone (SetTlsOptions) is more than either asks for. An addition. DICOM_ERROR_PARAMETER.
  L_INT SetTlsProfile(L_INT nProfile);
  /// Verifying, versions and the handshake's time. An addition. DICOM_ERROR_INVALID_STRUCT_SIZE; DICOM_ERROR_PARAMETER.
  L_INT GetTlsOptions(pDICOMTLSOPTIONS pOptions, L_UINT uStructSize) const;
  L_INT SetTlsOptions(pDICOMTLSOPTIONS pOptions);
  /// One more file of trusted authorities, PEM, with any number of certificates, or a directory of such files, where
  /// others are left alone; and one more file of revocation lists, PEM with any number, or one in DER. Beside those of
  /// SetTlsOptions. NULL takes away all that were added. They are read by Listen and Connect, and again by each. An
  /// addition. DICOM_ERROR_PARAMETER for "".
  L_INT AddTlsAuthorities(const L_TCHAR* pszPath);
  L_INT AddTlsRevocationLists(const L_TCHAR* pszPath);
  /// Which TLS software there is: rustls, always. uFlagsReserved is 0.
  static L_INT GetOpenSslVersion(pDICOMOPENSSLVERSION pVersion, L_UINT uStructSize, L_UINT uFlagsReserved);

  // ---- Options ------------------------------------------------------------------------------

  /// Where hooks run: DICOMNET_DISPATCH_THREADS (the default) or DICOMNET_DISPATCH_PUMP, where they come only inside
  /// Breathe() and Wait(), on the thread that calls these. An addition. Before Listen and Connect (else
  /// DICOM_ERROR_NET_IS_CONNECTED); accepted connections follow their listener. DICOM_ERROR_PARAMETER.
  L_INT SetDispatchMode(L_INT nMode);

  /// Buffer sizes in bytes (0: the system's choice) and whether small packets go out without delay (TCP_NODELAY, on by
  /// default). They are applied to the socket the object has, if any, and to those it will open; accepted connections
  /// follow their listener. With a socket, GetSocketOptions tells what the system made of them (Linux doubles sizes).
  /// uStructSize must be sizeof(DICOMSOCKETOPTIONS) (else DICOM_ERROR_INVALID_STRUCT_SIZE); a negative size is
  /// DICOM_ERROR_PARAMETER.
  L_INT GetDefaultSocketOptions(pDICOMSOCKETOPTIONS pOptions, L_UINT uStructSize) const;
  L_INT GetSocketOptions(pDICOMSOCKETOPTIONS pOptions, L_UINT uStructSize) const;
  L_INT SetSocketOptions(pDICOMSOCKETOPTIONS pOptions);

  /// How long the library waits for connections, answers and peers. An addition. Counts for what Listen and Connect
  /// begin from then on; accepted connections follow their listener. DICOM_ERROR_INVALID_STRUCT_SIZE;
  /// DICOM_ERROR_PARAMETER, and nothing is changed, for a time under 1.
  L_INT GetTimeouts(pDICOMNETTIMEOUTS pTimeouts, L_UINT uStructSize) const;
  L_INT SetTimeouts(pDICOMNETTIMEOUTS pTimeouts);

  /// TRUE (the default): Send* hands to the system on the calling thread what that takes at once. FALSE: Send* only
  /// queues, and a thread of the library sends. Counts at once; accepted connections are given what their listener had
  /// when it began to listen.
  L_VOID EnableOptimizedSend(L_BOOL bEnable);

  /// TRUE: a data set that has to be encoded before it is sent is encoded into a temporary file in the object's path,
  /// whatever its length. FALSE (the default): up to nMemoryBytesMax of SetStoreOptions in memory. One that lies
  /// encoded in the transfer syntax it is sent in, as LoadDS and hooks leave it, needs neither. Counts from the next
  /// message on; accepted connections are given what their listener has.
  L_VOID EnableOptimizedMemorySend(L_BOOL bEnable);
  L_BOOL IsOptimizedMemorySendEnabled() const;
  /// TRUE (the default): a data set that waits to be sent shares its bytes with the caller's pDS; that may be changed
  /// or freed, but a file it was loaded from must stay as it is until OnSend has told the last PDU. FALSE: the bytes
  /// are copied at the call, into a temporary file if they are many. As above.
  L_VOID EnableReferenceCounting(L_BOOL bEnable);
  /// DICOMNET_FLAGS_*. DICOMNET_FLAGS_SENDDATA_WITH_GROUP_LENGTH_STANDARD_DATA_ELEMENTS: data sets are encoded anew
  /// with a group length in each group, as old peers want it; without, they go as they are. As above.
  L_VOID SetFlags(L_UINT32 uDicomNetFlags);
  L_UINT32 GetFlags() const;

  /// How data sets that arrive are kept: in memory or in a file of the object's path, how long they may be, and when a
  /// file that OnStoreBegin has named counts as stored. An addition. Counts for what Listen and Connect begin from then
  /// on; accepted connections follow their listener. With the size of a structure that ends before nSpoolBytesMax that
  /// stays as it is. DICOM_ERROR_INVALID_STRUCT_SIZE, DICOM_ERROR_NULL_PTR.
  L_INT GetStoreOptions(pDICOMSTOREOPTIONS pOptions, L_UINT uStructSize) const;
  L_INT SetStoreOptions(pDICOMSTOREOPTIONS pOptions);

  /// Who may be a client, and how many at once. Those who may not are told why by a reject, before
  /// OnReceiveAssociateRequest. An addition. Counts for what Listen begins from then on; the texts are copied.
  /// DICOM_ERROR_INVALID_STRUCT_SIZE, DICOM_ERROR_NULL_PTR; DICOM_ERROR_PARAMETER, and nothing is changed, for what is
  /// no AE title or no range of addresses.
  L_INT SetLimits(const DICOMNETLIMITS* pLimits);

  /// TRUE (the default): as many requests are outstanding as the negotiated asynchronous operations window allows
  /// (PS3.7 D.3.3.3), one where none was negotiated; one beyond it is sent when a final response to an earlier one has
  /// come. FALSE: one at a time, whatever was negotiated, for peers that negotiate what they cannot do. An addition.
  /// Counts for what Listen and Connect begin from then on; accepted connections follow their listener.
  L_VOID EnableAsyncOperations(L_BOOL bEnable);

  /// DEBUG_MODE_ONSEND_SHOW_EXTENDED_INFO: OnSendExt comes after each OnSend. DEBUG_MODE_ONRECEIVE_SHOW_EXTENDED_INFO:
  /// each PDU received is logged, at level info (see "Log" in ltdic.h). 0 neither, the default. Returns the previous
  /// mode.
  L_UINT32 SetDebugMode(L_UINT32 nDebugMode);

  /// Callbacks (callbacks.h) in the place of an override; L_DicomSetCallback and L_DicomSetCallbackExt are these. The
  /// table is copied and counts from the next hook on. NULL takes all of its callbacks away, and a member that is NULL
  /// leaves its hook as it is. A uStructSize that the table never had changes nothing.
  ///
  /// They are called by LDicomNet's own hooks: an override that does not call the base keeps its callback from coming.
  ///
  /// hNet is a handle of this object, and hPeer one of the connection. Handles of C++ objects are lent: they work with
  /// every C function, L_DicomFreeNet excepted, which leaves them alone, and end with their objects. The destructor
  /// waits for C functions that other threads are in: no hook may destroy an object that another thread is closing by
  /// its handle.
  L_VOID SetCallback(pDICOMNETCALLBACK pCallback);
  L_VOID SetCallbackExt(pDICOMNETCALLBACKEXT pCallbackExt);

  // ---- Hooks --------------------------------------------------------------------------------
  //
  // All of them do nothing by default unless it is said. What pPDU, pCS, pDS, buffers and texts point to belongs to the
  // library and ends with the hook; keep content with Clone and CopyDS. pDS is NULL when the message had no data set.
  // OnReceive comes before every OnReceiveXxx, OnReceiveData before every OnReceiveC* and OnReceiveN*.
  //
  // A hook about a request has a default that answers, so that no peer is left waiting. An override that does not want
  // that answer answers itself, now or later and from any thread. An override that calls the base and answers itself
  // before it returns gives one answer on the wire, its own.

  /// The connection attempt is over: 0, or why it failed (DICOM_ERROR_NET_*).
  virtual L_VOID OnConnect(L_INT nError);
  /// On a listener: a connection waits; call Accept with a new object. One that is not accepted here is deferred:
  /// Accept or Reject it later, from any thread. nError is 0, or why connections cannot be taken at the moment.
  virtual L_VOID OnAccept(L_INT nError);
  /// The connection ended other than by Close: 0 when the peer ended it in order, else DICOM_ERROR_NET_*. For an
  /// accepted connection it comes on the listener, with pNet the connection, after the connection's last hook; `delete
  /// pNet` is the normal use. With no listener left, and for a connecting object, on the object itself, with pNet
  /// itself.
  virtual L_VOID OnClose(L_INT nError, LDicomNet* pNet);

  /// A PDU arrived. nType is PDU_*; pBuffer holds its bytes, head included, as they lie in the receive buffer: read
  /// only. A P-DATA-TF longer than the buffer comes in pieces, the first of which has the head.
  virtual L_VOID OnReceive(L_INT nError, L_UCHAR nType, L_UCHAR* pBuffer, L_UINT32 nBytes);
  /// A PDU has gone out whole, or failed to. nBytes counts its head.
  virtual L_VOID OnSend(L_INT nError, L_UCHAR nType, L_UINT32 nBytes);
  /// The same with the bytes, after OnSend; only with DEBUG_MODE_ONSEND_SHOW_EXTENDED_INFO.
  virtual L_VOID OnSendExt(pDICOMNETDEBUGINFOONSEND pInfo);
  /// A command set is about to be sent; elements may be added (as 0000,0902) or changed. Runs inside the Send* call, on
  /// its thread, and so possibly beside another hook of this object.
  virtual L_VOID OnBeforeSendCommandSet(LDicomDS* pCS);

  /// A peer asks for an association: SendAssociateAccept or SendAssociateReject, at any time before the peer gives up.
  /// The default rejects it (permanent, user, no reason).
  virtual L_VOID OnReceiveAssociateRequest(LDicomAssociate* pPDU);
  /// The association is accepted. pPDU has the abstract syntaxes filled in; not every context need be accepted.
  virtual L_VOID OnReceiveAssociateAccept(LDicomAssociate* pPDU);
  /// PDU_REJECT_*. The connection ends.
  virtual L_VOID OnReceiveAssociateReject(L_UCHAR nResult, L_UCHAR nSource, L_UCHAR nReason);
  /// The peer asks for the release: SendReleaseResponse. The default sends it.
  virtual L_VOID OnReceiveReleaseRequest();
  /// The release that this side asked for is confirmed. The connection ends.
  virtual L_VOID OnReceiveReleaseResponse();
  /// The association ended by an abort, of the peer or of the provider on either side: PDU_ABORT_*. The connection
  /// ends. A connection that is lost without an abort is told by OnClose alone.
  virtual L_VOID OnReceiveAbort(L_UCHAR nSource, L_UCHAR nReason);

  /// A message arrived whole; the hook of its command follows.
  virtual L_VOID OnReceiveData(L_UCHAR nPresentationID, LDicomDS* pCS, LDicomDS* pDS);
  /// A message that none of the hooks below is for: its command field is not one of PS3.7's, or it lacks what its
  /// command must have (see there). The default answers a request with the status that says so: an unknown command with
  /// COMMAND_STATUS_UNRECOGNIZED_OPERATION, a SOP class that is no UID with _NO_SUCH_CLASS, an instance that is none
  /// with _INVALID_OBJECT_INSTANCE, a move destination with _REFUSED_MOVE_DESTINATION_UNKNOWN, an event or action type
  /// with _NO_SUCH_EVENT_TYPE or _NO_SUCH_ACTION_TYPE, a data set with A900H (N-SET: _MISSING_ATTRIBUTE), anything else
  /// with _MISTYPED_ARGUMENT. Nothing answers a response.
  virtual L_VOID OnReceiveUnknown(L_UCHAR nPresentationID, LDicomDS* pCS, LDicomDS* pDS);

  // DIMSE messages, one hook each. They can rely on what PS3.7 9.3 and 10.3 make mandatory, for a message that lacks it
  // is given to OnReceiveUnknown: in a request nMessageID, a pszClass and a pszInstance that are UIDs (by the rule of
  // the senders above), pszMoveAE of a C-MOVE, nEvent, nAction, a list of tags that is one, and pDS of C-STORE, C-FIND,
  // C-GET, C-MOVE and N-SET; in a response and in C-CANCEL nMessageID, which is the message ID being responded to. A
  // class or instance in the element of the other kind of request (requested for affected) counts.
  //
  // What is optional and left out, or is no number, is "" or 0: texts of a response, pszInstance of N-CREATE, pszMoveAE
  // and nMoveMessageID of C-STORE, nPriority (0 is medium), the numbers of sub-operations. Texts are without padding. A
  // response without a status is given COMMAND_STATUS_PROCESSING_FAILURE, for it is no success.
  //
  // The default of every request answers COMMAND_STATUS_CLASS_NOT_SUPPORTED, but for C-ECHO, which is answered with
  // success, and C-CANCEL, which has no answer.

  virtual L_VOID OnReceiveCStoreRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                        L_TCHAR* pszInstance, L_UINT16 nPriority, L_TCHAR* pszMoveAE,
                                        L_UINT16 nMoveMessageID, LDicomDS* pDS);
  virtual L_VOID OnReceiveCStoreResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                         L_TCHAR* pszInstance, L_UINT16 nStatus);
  virtual L_VOID OnReceiveCFindRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                       L_UINT16 nPriority, LDicomDS* pDS);
  virtual L_VOID OnReceiveCFindResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                        L_UINT16 nStatus, LDicomDS* pDS);
  virtual L_VOID OnReceiveCGetRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                      L_UINT16 nPriority, LDicomDS* pDS);
  virtual L_VOID OnReceiveCGetResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                       L_UINT16 nStatus, L_UINT16 nRemaining, L_UINT16 nCompleted, L_UINT16 nFailed,
                                       L_UINT16 nWarning, LDicomDS* pDS);
  virtual L_VOID OnReceiveCMoveRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                       L_UINT16 nPriority, L_TCHAR* pszMoveAE, LDicomDS* pDS);
  virtual L_VOID OnReceiveCMoveResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                        L_UINT16 nStatus, L_UINT16 nRemaining, L_UINT16 nCompleted, L_UINT16 nFailed,
                                        L_UINT16 nWarning, LDicomDS* pDS);
  virtual L_VOID OnReceiveCCancelRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID);
  virtual L_VOID OnReceiveCEchoRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass);
  virtual L_VOID OnReceiveCEchoResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                        L_UINT16 nStatus);
  virtual L_VOID OnReceiveNReportRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                         L_TCHAR* pszInstance, L_UINT16 nEvent, LDicomDS* pDS);
  virtual L_VOID OnReceiveNReportResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                          L_TCHAR* pszInstance, L_UINT16 nStatus, L_UINT16 nEvent, LDicomDS* pDS);
  /// pnAttribute holds nCount tags, 0xGGGGEEEE; NULL with a count of 0.
  virtual L_VOID OnReceiveNGetRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                      L_TCHAR* pszInstance, L_UINT32* pnAttribute, L_UINT16 nCount);
  virtual L_VOID OnReceiveNGetResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                       L_TCHAR* pszInstance, L_UINT16 nStatus, LDicomDS* pDS);
  virtual L_VOID OnReceiveNSetRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                      L_TCHAR* pszInstance, LDicomDS* pDS);
  virtual L_VOID OnReceiveNSetResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                       L_TCHAR* pszInstance, L_UINT16 nStatus, LDicomDS* pDS);
  virtual L_VOID OnReceiveNActionRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                         L_TCHAR* pszInstance, L_UINT16 nAction, LDicomDS* pDS);
  virtual L_VOID OnReceiveNActionResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                          L_TCHAR* pszInstance, L_UINT16 nStatus, L_UINT16 nAction, LDicomDS* pDS);
  virtual L_VOID OnReceiveNCreateRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                         L_TCHAR* pszInstance, LDicomDS* pDS);
  virtual L_VOID OnReceiveNCreateResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                          L_TCHAR* pszInstance, L_UINT16 nStatus, LDicomDS* pDS);
  virtual L_VOID OnReceiveNDeleteRequest(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                         L_TCHAR* pszInstance);
  virtual L_VOID OnReceiveNDeleteResponse(L_UCHAR nPresentationID, L_UINT16 nMessageID, L_TCHAR* pszClass,
                                          L_TCHAR* pszInstance, L_UINT16 nStatus);

  // Hooks of secure connections (DICOM_SECURE_TLS). They are declared from the start because a virtual added later
  // would break programs compiled before.

  /// The handshake is over: the connection is secure (0), or ends for the reason that nError tells; OnClose follows.
  virtual L_VOID OnSecureLinkReady(L_UINT32 nError);
  /// The passphrase of a private key: fill pszPassword, nSize characters, and return its length. The default returns 0.
  virtual L_INT OnPrivateKeyPassword(L_TCHAR* pszPassword, L_INT nSize, L_INT nFlag);
  /// The peer's certificate was verified, with L_SSL_VERIFY_PEER: is it good, its subject, L_X509_V_* and the same in
  /// words. Return whether to go on. The default returns ok.
  virtual L_INT OnVerify(L_INT ok, L_TCHAR* pszCertificateString, L_INT nError, L_TCHAR* pszErrorString);
  /// The object's settings of TLS were made, by Initialize or else by the first Listen or Connect.
  virtual L_VOID OnCreateCTX(L_SSL_CTX* pCtx);

  /// On a listener, before OnAccept: a connection has arrived. An addition. Return DICOM_CONDITION_ACCEPT (the default)
  /// to go on to OnAccept, DICOM_CONDITION_REJECT to reset it at once, DICOM_CONDITION_DEFER to leave it waiting
  /// without OnAccept. Any other value rejects.
  virtual L_INT OnCondition(const DICOMCONNECTIONINFO* pInfo);

  /// The command of a C-STORE request has arrived, and its data set is about to. An addition. Return
  /// COMMAND_STATUS_SUCCESS to have it, with pszPath as it is, "", to have it kept as usual: in memory, or in a
  /// temporary file if it is long (SetStoreOptions). With the name of a file in pszPath, of at most nSize characters,
  /// its NUL included, the object is written straight there as it arrives, in the form of PS3.10: without a name
  /// where the file system can (Linux), else under a temporary one in the same directory. When the object is complete
  /// it gets this one, in the place of a file that has it. Then OnReceiveCStoreRequest comes, whose pDS reads from that
  /// file. Nothing stays of an object that breaks off. DICOMNET_STORE_DISCARD throws the data set away as it arrives,
  /// and OnReceiveCStoreRequest comes with pDS NULL. Any other status answers the request with it, without
  /// OnReceiveCStoreRequest.
  ///
  /// A request without what PS3.5 9.1 calls a UID for class and instance is answered 0118H or 0117H, and one whose file
  /// cannot be written 0110H, or A700H if the disk is full, without OnReceiveCStoreRequest.
  virtual L_INT OnStoreBegin(const DICOMSTOREINFO* pInfo, L_TCHAR* pszPath, L_UINT32 nSize);

 private:
  friend struct ldicomnet::detail::NetAccess;

  std::unique_ptr<ldicomnet::detail::NetState> m_pState;
};

#endif  // LDICOMNET_DICOM_NET_H
