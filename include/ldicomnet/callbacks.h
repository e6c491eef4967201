/// \file
/// The callbacks of the C functions: one function type for each hook of LDicomNet, and the tables
/// in which a program hands them over (L_DicomSetCallback, L_DicomSetCallbackExt; in C++ also LDicomNet::SetCallback
/// and SetCallbackExt).
///
/// A callback takes what the hook of the same name in dicom_net.h takes, with a handle in place of
/// each object, behind the handle of the network object and before the table's pUserData. When it
/// comes, what it may do, and what happens when it is not there (NULL: the hook's default) is said
/// there. In short:
///
/// - Callbacks run on the library's threads (or inside L_DicomBreathe and L_DicomWait, in pump
///   mode). Those of one handle come one at a time and in order.
/// - Every function may be called inside one, L_DicomClose and L_DicomFreeNet of its own handle
///   included.
/// - hPDU, hCS, hDS, texts and buffers belong to the library and end with the callback. Keep
///   content with L_DicomCloneAssociate and L_DicomCopyDS.
/// - A callback must not throw, and must not leave by longjmp or pthread_exit.
///
/// This file declares types only.

#ifndef LDICOMNET_CALLBACKS_H
#define LDICOMNET_CALLBACKS_H

#include "ldicomnet/export.h"
#include "ldicomnet/structs.h"
#include "ldicomnet/types.h"

LDICOMNET_C_BEGIN

// ---- Connection -----------------------------------------------------------------------------

/// The connection attempt is over: DICOM_SUCCESS, or why it failed.
typedef L_VOID(pEXT_CALLBACK CONNECTCALLBACK)(HDICOMNET hNet, L_INT nError, L_VOID* pUserData);
/// On a listener: a connection waits. Make a handle and call L_DicomAccept, now or later.
typedef L_VOID(pEXT_CALLBACK ACCEPTCALLBACK)(HDICOMNET hNet, L_INT nError, L_VOID* pUserData);
/// The connection ended. On a listener hPeer is the accepted connection, which may be freed here; NULL if it has
/// been freed already. Elsewhere hPeer is hNet itself.
typedef L_VOID(pEXT_CALLBACK CLOSECALLBACK)(HDICOMNET hNet, L_INT nError, HDICOMNET hPeer, L_VOID* pUserData);
/// A PDU arrived, or a piece of one: nBytes bytes at pBuffer, to be read only.
typedef L_VOID(pEXT_CALLBACK RECEIVECALLBACK)(HDICOMNET hNet, L_INT nError, L_UCHAR nType, L_UCHAR* pBuffer,
                                              L_UINT32 nBytes, L_VOID* pUserData);
/// A PDU of nBytes bytes has gone out, or failed to.
typedef L_VOID(pEXT_CALLBACK SENDCALLBACK)(HDICOMNET hNet, L_INT nError, L_UCHAR nType, L_UINT32 nBytes,
                                           L_VOID* pUserData);
/// The same with the bytes; only with DEBUG_MODE_ONSEND_SHOW_EXTENDED_INFO.
typedef L_VOID(pEXT_CALLBACK SENDEXTCALLBACK)(HDICOMNET hNet, pDICOMNETDEBUGINFOONSEND pInfo, L_VOID* pUserData);
/// On a listener, before the accept callback: answer DICOM_CONDITION_*.
typedef L_INT(pEXT_CALLBACK CONDITIONCALLBACK)(HDICOMNET hNet, const DICOMCONNECTIONINFO* pInfo, L_VOID* pUserData);

/// The data set of a C-STORE request is about to come in: answer a COMMAND_STATUS_*, and name a file if it is to go
/// into one (OnStoreBegin in dicom_net.h). pszPath holds "", and has room for nSize characters.
typedef L_INT(pEXT_CALLBACK STOREBEGINCALLBACK)(HDICOMNET hNet, const DICOMSTOREINFO* pInfo, L_TCHAR* pszPath,
                                                L_UINT32 nSize, L_VOID* pUserData);

// ---- Association, release, abort ------------------------------------------------------------

typedef L_VOID(pEXT_CALLBACK RECEIVEASSOCIATEREQUESTCALLBACK)(HDICOMNET hNet, HDICOMPDU hPDU, L_VOID* pUserData);
typedef L_VOID(pEXT_CALLBACK RECEIVEASSOCIATEACCEPTCALLBACK)(HDICOMNET hNet, HDICOMPDU hPDU, L_VOID* pUserData);
typedef L_VOID(pEXT_CALLBACK RECEIVEASSOCIATEREJECTCALLBACK)(HDICOMNET hNet, L_UCHAR nResult, L_UCHAR nSource,
                                                             L_UCHAR nReason, L_VOID* pUserData);
typedef L_VOID(pEXT_CALLBACK RECEIVERELEASEREQUESTCALLBACK)(HDICOMNET hNet, L_VOID* pUserData);
typedef L_VOID(pEXT_CALLBACK RECEIVERELEASERESPONSECALLBACK)(HDICOMNET hNet, L_VOID* pUserData);
typedef L_VOID(pEXT_CALLBACK RECEIVEABORTCALLBACK)(HDICOMNET hNet, L_UCHAR nSource, L_UCHAR nReason, L_VOID* pUserData);

// ---- Messages -------------------------------------------------------------------------------

/// A message arrived; the callback of its command follows. hDS is NULL when the message had no data set, here and
/// in every callback below.
typedef L_VOID(pEXT_CALLBACK RECEIVEDATACALLBACK)(HDICOMNET hNet, L_UCHAR nPresentationID, HDICOMDS hCS, HDICOMDS hDS,
                                                  L_VOID* pUserData);
/// A message whose command field is not recognised, or that lacks what its command must have: LDicomNet's
/// OnReceiveUnknown (dicom_net.h) says what that is.
typedef L_VOID(pEXT_CALLBACK RECEIVEUNKNOWNCALLBACK)(HDICOMNET hNet, L_UCHAR nPresentationID, HDICOMDS hCS,
                                                     HDICOMDS hDS, L_VOID* pUserData);
/// A command set is about to be sent, and may still be changed. Runs inside the L_DicomSend* call, on its thread.
typedef L_VOID(pEXT_CALLBACK BEFORESENDCOMMANDSET)(HDICOMNET hNet, HDICOMDS hCS, L_VOID* pUserData);

// C-STORE, C-FIND, C-GET, C-MOVE, C-CANCEL, C-ECHO (PS3.7 9.3).

typedef L_VOID(pEXT_CALLBACK RECEIVECSTOREREQUESTCALLBACK)(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                                           L_TCHAR* pszClass, L_TCHAR* pszInstance, L_UINT16 nPriority,
                                                           L_TCHAR* pszMoveAE, L_UINT16 nMoveMessageID, HDICOMDS hDS,
                                                           L_VOID* pUserData);
typedef L_VOID(pEXT_CALLBACK RECEIVECSTORERESPONSECALLBACK)(HDICOMNET hNet, L_UCHAR nPresentationID,
                                                            L_UINT16 nMessageID, L_TCHAR* pszClass,
                                                            L_TCHAR* pszInstance, L_UINT16 nStatus, L_VOID* pUserData);
typedef L_VOID(pEXT_CALLBACK RECEIVECFINDREQUESTCALLBACK)(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                                          L_TCHAR* pszClass, L_UINT16 nPriority, HDICOMDS hDS,
                                                          L_VOID* pUserData);
typedef L_VOID(pEXT_CALLBACK RECEIVECFINDRESPONSECALLBACK)(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                                           L_TCHAR* pszClass, L_UINT16 nStatus, HDICOMDS hDS,
                                                           L_VOID* pUserData);
typedef L_VOID(pEXT_CALLBACK RECEIVECGETREQUESTCALLBACK)(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                                         L_TCHAR* pszClass, L_UINT16 nPriority, HDICOMDS hDS,
                                                         L_VOID* pUserData);
typedef L_VOID(pEXT_CALLBACK RECEIVECGETRESPONSECALLBACK)(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                                          L_TCHAR* pszClass, L_UINT16 nStatus, L_UINT16 nRemaining,
                                                          L_UINT16 nCompleted, L_UINT16 nFailed, L_UINT16 nWarning,
                                                          HDICOMDS hDS, L_VOID* pUserData);
typedef L_VOID(pEXT_CALLBACK RECEIVECMOVEREQUESTCALLBACK)(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                                          L_TCHAR* pszClass, L_UINT16 nPriority, L_TCHAR* pszMoveAE,
                                                          HDICOMDS hDS, L_VOID* pUserData);
typedef L_VOID(pEXT_CALLBACK RECEIVECMOVERESPONSECALLBACK)(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                                           L_TCHAR* pszClass, L_UINT16 nStatus, L_UINT16 nRemaining,
                                                           L_UINT16 nCompleted, L_UINT16 nFailed, L_UINT16 nWarning,
                                                           HDICOMDS hDS, L_VOID* pUserData);
typedef L_VOID(pEXT_CALLBACK RECEIVECCANCELREQUESTCALLBACK)(HDICOMNET hNet, L_UCHAR nPresentationID,
                                                            L_UINT16 nMessageID, L_VOID* pUserData);
typedef L_VOID(pEXT_CALLBACK RECEIVECECHOREQUESTCALLBACK)(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                                          L_TCHAR* pszClass, L_VOID* pUserData);
typedef L_VOID(pEXT_CALLBACK RECEIVECECHORESPONSECALLBACK)(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                                           L_TCHAR* pszClass, L_UINT16 nStatus, L_VOID* pUserData);

// N-EVENT-REPORT, N-GET, N-SET, N-ACTION, N-CREATE, N-DELETE (PS3.7 10.3).

typedef L_VOID(pEXT_CALLBACK RECEIVENREPORTREQUESTCALLBACK)(HDICOMNET hNet, L_UCHAR nPresentationID,
                                                            L_UINT16 nMessageID, L_TCHAR* pszClass,
                                                            L_TCHAR* pszInstance, L_UINT16 nEvent, HDICOMDS hDS,
                                                            L_VOID* pUserData);
typedef L_VOID(pEXT_CALLBACK RECEIVENREPORTRESPONSECALLBACK)(HDICOMNET hNet, L_UCHAR nPresentationID,
                                                             L_UINT16 nMessageID, L_TCHAR* pszClass,
                                                             L_TCHAR* pszInstance, L_UINT16 nStatus, L_UINT16 nEvent,
                                                             HDICOMDS hDS, L_VOID* pUserData);
/// pnAttribute holds nCount tags. The count has 32 bits here and 16 in the hook.
typedef L_VOID(pEXT_CALLBACK RECEIVENGETREQUESTCALLBACK)(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                                         L_TCHAR* pszClass, L_TCHAR* pszInstance, L_UINT32* pnAttribute,
                                                         L_UINT32 nCount, L_VOID* pUserData);
typedef L_VOID(pEXT_CALLBACK RECEIVENGETRESPONSECALLBACK)(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                                          L_TCHAR* pszClass, L_TCHAR* pszInstance, L_UINT16 nStatus,
                                                          HDICOMDS hDS, L_VOID* pUserData);
typedef L_VOID(pEXT_CALLBACK RECEIVENSETREQUESTCALLBACK)(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                                         L_TCHAR* pszClass, L_TCHAR* pszInstance, HDICOMDS hDS,
                                                         L_VOID* pUserData);
typedef L_VOID(pEXT_CALLBACK RECEIVENSETRESPONSECALLBACK)(HDICOMNET hNet, L_UCHAR nPresentationID, L_UINT16 nMessageID,
                                                          L_TCHAR* pszClass, L_TCHAR* pszInstance, L_UINT16 nStatus,
                                                          HDICOMDS hDS, L_VOID* pUserData);
typedef L_VOID(pEXT_CALLBACK RECEIVENACTIONREQUESTCALLBACK)(HDICOMNET hNet, L_UCHAR nPresentationID,
                                                            L_UINT16 nMessageID, L_TCHAR* pszClass,
                                                            L_TCHAR* pszInstance, L_UINT16 nAction, HDICOMDS hDS,
                                                            L_VOID* pUserData);
typedef L_VOID(pEXT_CALLBACK RECEIVENACTIONRESPONSECALLBACK)(HDICOMNET hNet, L_UCHAR nPresentationID,
                                                             L_UINT16 nMessageID, L_TCHAR* pszClass,
                                                             L_TCHAR* pszInstance, L_UINT16 nStatus, L_UINT16 nAction,
                                                             HDICOMDS hDS, L_VOID* pUserData);
typedef L_VOID(pEXT_CALLBACK RECEIVENCREATEREQUESTCALLBACK)(HDICOMNET hNet, L_UCHAR nPresentationID,
                                                            L_UINT16 nMessageID, L_TCHAR* pszClass,
                                                            L_TCHAR* pszInstance, HDICOMDS hDS, L_VOID* pUserData);
typedef L_VOID(pEXT_CALLBACK RECEIVENCREATERESPONSECALLBACK)(HDICOMNET hNet, L_UCHAR nPresentationID,
                                                             L_UINT16 nMessageID, L_TCHAR* pszClass,
                                                             L_TCHAR* pszInstance, L_UINT16 nStatus, HDICOMDS hDS,
                                                             L_VOID* pUserData);
typedef L_VOID(pEXT_CALLBACK RECEIVENDELETEREQUESTCALLBACK)(HDICOMNET hNet, L_UCHAR nPresentationID,
                                                            L_UINT16 nMessageID, L_TCHAR* pszClass,
                                                            L_TCHAR* pszInstance, L_VOID* pUserData);
typedef L_VOID(pEXT_CALLBACK RECEIVENDELETERESPONSECALLBACK)(HDICOMNET hNet, L_UCHAR nPresentationID,
                                                             L_UINT16 nMessageID, L_TCHAR* pszClass,
                                                             L_TCHAR* pszInstance, L_UINT16 nStatus, L_VOID* pUserData);

// ---- Secure connections ---------------------------------------------------------------------

/// The secure connection is ready (0) or could not be made.
typedef L_VOID(pEXT_CALLBACK ONSECURELINKREADY)(HDICOMNET hNet, L_UINT32 nError, L_VOID* pUserData);
/// The passphrase of a private key: fill nSize characters at pszPassword and return its length.
typedef L_INT(pEXT_CALLBACK PRIVATEKEYPASSWORD)(HDICOMNET hNet, L_TCHAR* pszPassword, L_INT nSize, L_INT nFlag,
                                                L_VOID* pUserData);
/// A certificate of the peer was checked; return whether to go on.
typedef L_INT(pEXT_CALLBACK VERIFY)(HDICOMNET hNet, L_INT ok, L_TCHAR* pszCertificateString, L_INT nError,
                                    L_TCHAR* pszErrorString, L_VOID* pUserData);

// ISCL is not supported: the members of these types are accepted and never called.
typedef L_VOID(pEXT_CALLBACK GETCHALLENGECALLBACK)(HDICOMNET hNet, L_VOID* pUserData);
typedef L_VOID(pEXT_CALLBACK INTERNALAUTHENTICATECALLBACK)(HDICOMNET hNet, L_VOID* pUserData);
typedef L_VOID(pEXT_CALLBACK EXTERNALAUTHENTICATECALLBACK)(HDICOMNET hNet, L_VOID* pUserData);
typedef L_VOID(pEXT_CALLBACK ONNONSECURESENDISCL)(HDICOMNET hNet, L_VOID* pUserData);
typedef L_VOID(pEXT_CALLBACK ONNONSECURERECEIVEDISCL)(HDICOMNET hNet, L_VOID* pUserData);
typedef L_VOID(pEXT_CALLBACK RECEIVEDISCLPACKET)(HDICOMNET hNet, L_VOID* pUserData);

// ---- The tables -----------------------------------------------------------------------------

/// The callbacks of a network handle. A member that is NULL leaves the hook its default. There is no size in it:
/// this order and this length are fixed. Whatever is added goes into DICOMNETCALLBACKEXT.
typedef struct DICOMNETCALLBACK {
  CONNECTCALLBACK pfnConnect;
  ACCEPTCALLBACK pfnAccept;
  CLOSECALLBACK pfnClose;
  RECEIVECALLBACK pfnReceive;
  SENDCALLBACK pfnSend;
  RECEIVEASSOCIATEREQUESTCALLBACK pfnReceiveAssociateRequest;
  RECEIVEASSOCIATEACCEPTCALLBACK pfnReceiveAssociateAccept;
  RECEIVEASSOCIATEREJECTCALLBACK pfnReceiveAssociateReject;
  RECEIVEDATACALLBACK pfnReceiveData;
  RECEIVERELEASEREQUESTCALLBACK pfnReceiveReleaseRequest;
  RECEIVERELEASERESPONSECALLBACK pfnReceiveReleaseResponse;
  RECEIVEABORTCALLBACK pfnReceiveAbort;
  RECEIVECSTOREREQUESTCALLBACK pfnReceiveCStoreRequest;
  RECEIVECSTORERESPONSECALLBACK pfnReceiveCStoreResponse;
  RECEIVECFINDREQUESTCALLBACK pfnReceiveCFindRequest;
  RECEIVECFINDRESPONSECALLBACK pfnReceiveCFindResponse;
  RECEIVECGETREQUESTCALLBACK pfnReceiveCGetRequest;
  RECEIVECGETRESPONSECALLBACK pfnReceiveCGetResponse;
  RECEIVECMOVEREQUESTCALLBACK pfnReceiveCMoveRequest;
  RECEIVECMOVERESPONSECALLBACK pfnReceiveCMoveResponse;
  RECEIVECCANCELREQUESTCALLBACK pfnReceiveCCancelRequest;
  RECEIVECECHOREQUESTCALLBACK pfnReceiveCEchoRequest;
  RECEIVECECHORESPONSECALLBACK pfnReceiveCEchoResponse;
  RECEIVENREPORTREQUESTCALLBACK pfnReceiveNReportRequest;
  RECEIVENREPORTRESPONSECALLBACK pfnReceiveNReportResponse;
  RECEIVENGETREQUESTCALLBACK pfnReceiveNGetRequest;
  RECEIVENGETRESPONSECALLBACK pfnReceiveNGetResponse;
  RECEIVENSETREQUESTCALLBACK pfnReceiveNSetRequest;
  RECEIVENSETRESPONSECALLBACK pfnReceiveNSetResponse;
  RECEIVENACTIONREQUESTCALLBACK pfnReceiveNActionRequest;
  RECEIVENACTIONRESPONSECALLBACK pfnReceiveNActionResponse;
  RECEIVENCREATEREQUESTCALLBACK pfnReceiveNCreateRequest;
  RECEIVENCREATERESPONSECALLBACK pfnReceiveNCreateResponse;
  RECEIVENDELETEREQUESTCALLBACK pfnReceiveNDeleteRequest;
  RECEIVENDELETERESPONSECALLBACK pfnReceiveNDeleteResponse;
  RECEIVEUNKNOWNCALLBACK pfnReceiveUnknown;
  L_VOID* pUserData;  ///< Handed to every callback of this table; not looked at.
  GETCHALLENGECALLBACK pfnGetChallenge;
  INTERNALAUTHENTICATECALLBACK pfnInternalAuthenticate;
  EXTERNALAUTHENTICATECALLBACK pfnExternalAuthenticate;
  ONSECURELINKREADY pfnOnSecureLinkReady;
  ONNONSECURESENDISCL pfnOnNonSecureSendISCL;
  ONNONSECURERECEIVEDISCL pfnOnNonSecureReceivedISCL;
  RECEIVEDISCLPACKET pfnOnReceivedISCLPacket;
} DICOMNETCALLBACK, *pDICOMNETCALLBACK;

/// Further callbacks of a network handle. uStructSize says which members are there, so that a program compiled
/// before the last ones were added goes on working: those beyond its size are NULL.
typedef struct DICOMNETCALLBACKEXT {
  L_UINT uStructSize;  ///< sizeof(DICOMNETCALLBACKEXT)
  PRIVATEKEYPASSWORD pfnPrivateKeyPassword;
  L_VOID* pUserData;  ///< Handed to every callback of this table; not looked at.
  VERIFY pfnVerify;
  BEFORESENDCOMMANDSET pfnBeforeSendCommandSet;
  // The published structure ends here.
  SENDEXTCALLBACK pfnSendExt;
  CONDITIONCALLBACK pfnCondition;
  STOREBEGINCALLBACK pfnStoreBegin;
} DICOMNETCALLBACKEXT, *pDICOMNETCALLBACKEXT;

LDICOMNET_C_END

#endif  // LDICOMNET_CALLBACKS_H
