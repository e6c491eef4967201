/// \file
/// The structures of the interface: options and news of the network object, TLS contexts, and the
/// elements and values of data sets.
///
/// A structure with a uStructSize is passed with its own sizeof in it; any other size is answered
/// with DICOM_ERROR_INVALID_STRUCT_SIZE and nothing else is read. Callback tables are in callbacks.h.

#ifndef LDICOMNET_STRUCTS_H
#define LDICOMNET_STRUCTS_H

#include "ldicomnet/constants.h"
#include "ldicomnet/ds_constants.h"
#include "ldicomnet/export.h"
#include "ldicomnet/tls_constants.h"
#include "ldicomnet/types.h"

// ---- Network --------------------------------------------------------------------------------

/// Options of the sockets of a network object: of the one that is open, at once, and of those it will open.
typedef struct DICOMSOCKETOPTIONS {
  L_UINT uStructSize;        ///< sizeof(DICOMSOCKETOPTIONS)
  L_INT nSendBufferSize;     ///< SO_SNDBUF in bytes; 0: the system's own choice.
  L_INT nReceiveBufferSize;  ///< SO_RCVBUF in bytes; 0: the system's own choice.
  L_BOOL bNoDelay;           ///< TCP_NODELAY. L_TRUE by default.
  L_UINT uReserved1;         ///< 0
  L_UINT uReserved2;         ///< 0
} DICOMSOCKETOPTIONS, *pDICOMSOCKETOPTIONS;

/// How long the library waits for what. All in milliseconds, at least 1. An addition.
typedef struct DICOMNETTIMEOUTS {
  L_UINT uStructSize;  ///< sizeof(DICOMNETTIMEOUTS)
  L_INT nConnectMs;    ///< For one address to answer a connection attempt. 16,000.
  L_INT nArtimMs;      ///< The ARTIM timer (PS3.8 9.1.5): for a peer to request its association, and to close. 30,000.
  L_INT nResponseMs;   ///< For the answer to an association or release request. 60,000.
  L_INT nLingerMs;     ///< For what is queued at Close to reach the peer. 5,000.
  L_INT nStallMs;      ///< For a peer to read some of what is queued for it. 60,000.
  L_UINT uReserved1;   ///< 0
  L_UINT uReserved2;   ///< 0
} DICOMNETTIMEOUTS, *pDICOMNETTIMEOUTS;

/// What OnSendExt is told about a PDU that has gone out.
typedef struct DICOMNETDEBUGINFOONSEND {
  L_INT nSize;         ///< sizeof(DICOMNETDEBUGINFOONSEND)
  L_INT nError;        ///< DICOM_SUCCESS, or why it did not go out.
  L_UCHAR nType;       ///< PDU_*
  L_UINT32 nBytes;     ///< Bytes at pSentData.
  L_UCHAR* pSentData;  ///< The PDU with its header; the library's, for the time of the call.
} DICOMNETDEBUGINFOONSEND, *pDICOMNETDEBUGINFOONSEND;

/// What OnCondition is told about a connection that has arrived. Addresses are plain text without
/// brackets; an IPv4-mapped one is a dotted quad, a link-local one carries its scope.
typedef struct DICOMCONNECTIONINFO {
  L_UINT uStructSize;                              ///< sizeof(DICOMCONNECTIONINFO)
  L_TCHAR szPeerAddress[NET_MAX_ADDRESS_SIZE_EX];  ///< Where the connection comes from.
  L_UINT nPeerPort;
  L_TCHAR szLocalAddress[NET_MAX_ADDRESS_SIZE_EX];  ///< The local address that it came to.
  L_UINT nLocalPort;
  L_UINT32 nClientCount;   ///< Connections that this listener has accepted and that still live.
  L_UINT32 nPendingCount;  ///< Connections deferred and waiting, this one not counted.
} DICOMCONNECTIONINFO, *pDICOMCONNECTIONINFO;

/// What OnStoreBegin is told about a C-STORE request whose data set is about to come in. Both UIDs are what PS3.5 9.1
/// calls one, but that numbers may begin with zeros: digits and single dots, 64 characters at most, so that they may be
/// part of a file's name. AE titles hold any characters, and may not. All of it is the library's, for the time of the
/// call. An addition.
typedef struct DICOMSTOREINFO {
  L_UINT uStructSize;  ///< sizeof(DICOMSTOREINFO)
  L_UCHAR nPresentationID;
  L_UINT16 nMessageID;
  const L_TCHAR* pszClass;
  const L_TCHAR* pszInstance;
  const L_TCHAR* pszTransferSyntax;  ///< What was negotiated for the presentation context.
  const L_TCHAR* pszCallingAE;       ///< The peer's AE title, as in its association request.
  const L_TCHAR* pszCalledAE;
  const L_TCHAR* pszPeerAddress;  ///< Plain text, as GetPeerInfo has it.
  const L_TCHAR* pszMoveAE;       ///< Of the C-MOVE that this is a sub-operation of; "" if it is none.
  L_UINT16 nMoveMessageID;
} DICOMSTOREINFO, *pDICOMSTOREINFO;

/// How received data sets are kept. An addition.
typedef struct DICOMSTOREOPTIONS {
  L_UINT uStructSize;         ///< sizeof(DICOMSTOREOPTIONS)
  L_BOOL bSync;               ///< A stored file is on the disk before its hook is called. L_FALSE by default.
  L_UINT32 nMemoryBytesMax;   ///< The longest data set kept in memory; a longer one goes to a file. 1 MiB.
  L_UINT64 nDataSetBytesMax;  ///< The longest data set taken; a longer one is refused with A700H. No limit.
  L_UINT64 nSpoolBytesMax;  ///< What the files of a listener's data sets may take together, each until it has the name
                            ///< that OnStoreBegin gave it or its data set is freed; one that does not fit is refused
                            ///< with A700H. No limit, which is the largest number. Not in the first size of this.
} DICOMSTOREOPTIONS, *pDICOMSTOREOPTIONS;

/// Who may be a client of a listener, and how many at once. 0, NULL and "" are no limit. Lists are separated by
/// backslashes. An addition.
typedef struct DICOMNETLIMITS {
  L_UINT uStructSize;              ///< sizeof(DICOMNETLIMITS)
  L_UINT32 nAssociationsMax;       ///< At once; one more is rejected: 2, 3, 2 (local limit exceeded).
  L_UINT32 nPerAddressMax;         ///< The same from one address.
  L_UINT32 nPerCallingAEMax;       ///< The same of one calling AE title.
  L_UINT32 nRequestsPerSecondMax;  ///< Association requests from one address; more: 2, 3, 1 (temporary congestion).
  const L_TCHAR* pszCallingAEs;    ///< "CT1\\CT2": others are rejected: 1, 1, 3 (calling AE title not recognized).
  const L_TCHAR* pszCalledAEs;     ///< The same of the called one: 1, 1, 7.
  const L_TCHAR* pszNetworks;      ///< "192.0.2.0/24\\2001:db8::/32": peers from elsewhere are rejected: 1, 1, 1.
} DICOMNETLIMITS, *pDICOMNETLIMITS;

// ---- TLS ------------------------------------------------------------------------------------

/// A TLS context; its contents are the library's.
typedef struct L_SSL_CTX L_SSL_CTX, *pL_SSL_CTX;

/// How the TLS context of a network object is made.
typedef struct L_SSL_CTX_CREATE {
  L_UINT uStructSize;    ///< sizeof(L_SSL_CTX_CREATE)
  L_UINT32 uFlags;       ///< FLAG_SSL_CTX_CREATE_*: which of the members below count.
  L_INT nMethodTypeSSL;  ///< TYPE_*_METHOD
  L_TCHAR* pszCAfile;    ///< File of the trusted authorities, PEM, or a directory of such files.
  L_UINT uVerifyMode;    ///< L_SSL_VERIFY_*
  L_INT nVerifyDepth;    ///< Issuers between the peer's certificate and the authority, 0 for none: a longer chain is
                         ///< wrong, L_X509_V_ERR_CERT_CHAIN_TOO_LONG. Not negative; six at most, and by default.
  L_INT nOptions;        ///< L_SSL_OP_*
  L_INT nSuccess;        ///< Out: DICOM_SUCCESS, or what was wrong.
  L_INT nReserved1;      ///< 0
  L_INT nReserved2;      ///< 0
} L_SSL_CTX_CREATE, *pL_SSL_CTX_CREATE;

/// How peers are verified, and what of TLS is spoken. An addition.
typedef struct DICOMTLSOPTIONS {
  L_UINT uStructSize;                   ///< sizeof(DICOMTLSOPTIONS)
  L_UINT uVerifyMode;                   ///< L_SSL_VERIFY_*; NONE by default.
  L_TCHAR szAuthorities[L_MAXPATH];     ///< As pszCAfile; "" for none. More: AddTlsAuthorities.
  L_TCHAR szRevocationList[L_MAXPATH];  ///< File of revocation lists (X.509 v2, with a CRL number), PEM or DER; "" for
                                        ///< none. One whose next was due is none.
  L_BOOL bVerifyName;     ///< A client: the certificate must be for the name or address connected to. L_FALSE.
  L_BOOL bRequireTls13;   ///< Nothing below TLS 1.3. L_FALSE.
  L_BOOL bKeyLog;         ///< For debugging: secrets go to the file that SSLKEYLOGFILE names. L_FALSE.
  L_UINT32 nHandshakeMs;  ///< How long a handshake may take, in milliseconds. 20000.
} DICOMTLSOPTIONS, *pDICOMTLSOPTIONS;

/// Which TLS software is there. The library brings its own, so that it is always available.
typedef struct DICOMOPENSSLVERSION {
  L_UINT uStructSize;  ///< sizeof(DICOMOPENSSLVERSION)
  L_UINT32 uFlags;
  L_TCHAR szRequiredVersion[32];
  L_TCHAR szInstalledVersion[32];
  L_BOOL bIsAvailable;
  L_TCHAR szDownloadMessage[512];
} DICOMOPENSSLVERSION, *pDICOMOPENSSLVERSION;

// ---- Data sets ------------------------------------------------------------------------------

/// One element of a data set. It belongs to the data set, which alone makes and frees elements, and brings it up to
/// date when it hands it out. It is for reading.
typedef struct DICOMELEMENT {
  L_UINT32 nTag;                 ///< 0xGGGGEEEE
  L_UINT16 nVR;                  ///< VR_*
  L_UINT32 nLength;              ///< Bytes of the value; ELEMENT_LENGTH_MAX where undefined.
  L_INT64 nElementOffset;        ///< Where it begins in the file it was loaded from: DS_LOAD_STORE_OFFSETS. Else 0.
  L_INT64 nElementValueOffset;   ///< Where its value begins there.
  L_UINT32 nElementValueLength;  ///< Bytes of the value there.
  L_VOID* pReserved[4];          ///< The data set's own.
} DICOMELEMENT, *pDICOMELEMENT;

/// One module of a data set: the elements of it that are there.
typedef struct DICOMMODULE {
  L_UINT32 nModule;
  L_UINT32 nCount;  ///< How many of pElement are used.
  pDICOMELEMENT pElement[1000];
} DICOMMODULE, *pDICOMMODULE;

/// A UID that the library knows.
typedef struct DICOMUID {
  L_TCHAR* pszCode;  ///< "1.2.840.10008.1.1"
  L_TCHAR* pszName;  ///< Its name in PS3.6.
  L_UINT16 nType;    ///< UID_TYPE_*
} DICOMUID, *pDICOMUID;

/// An age (VR AS).
typedef struct VALUEAGE {
  L_UINT16 nNumber;
  L_UCHAR nReference;  ///< 'D' days, 'W' weeks, 'M' months, 'Y' years.
} VALUEAGE, *pVALUEAGE;

/// A date (VR DA).
typedef struct VALUEDATE {
  L_UINT16 nYear;
  L_UINT16 nMonth;  ///< 1 to 12
  L_UINT16 nDay;    ///< 1 to 31
} VALUEDATE, *pVALUEDATE;

/// A time of day (VR TM). What a shorter text leaves out is 0.
typedef struct VALUETIME {
  L_UINT16 nHours;
  L_UINT16 nMinutes;
  L_UINT16 nSeconds;
  L_UINT32 nFractions;  ///< Microseconds.
} VALUETIME, *pVALUETIME;

/// A date with a time (VR DT). What a shorter text leaves out is 0; a month or day of 0 is a text that ends before it.
typedef struct VALUEDATETIME {
  L_UINT16 nYear;
  L_UINT16 nMonth;
  L_UINT16 nDay;
  L_UINT16 nHours;
  L_UINT16 nMinutes;
  L_UINT16 nSeconds;
  L_UINT32 nFractions;  ///< Microseconds.
  L_INT32 nOffset;      ///< From UTC, as hours * 100 + minutes, with its sign; 0 also where the text has none.
} VALUEDATETIME, *pVALUEDATETIME;

/// Dates of a query (PS3.4 C.2.2.2.5), from the first to the second. VALUE_RANGE_NONE: no range, but the first; _LOWER:
/// "first-"; _UPPER: "-second"; _BOTH: "first-second".
typedef struct VALUEDATERANGE {
  L_UINT32 nFlags;  ///< VALUE_RANGE_*
  VALUEDATE Date1;
  VALUEDATE Date2;
} VALUEDATERANGE, *pVALUEDATERANGE;

/// Times of a query, from the first to the second.
typedef struct VALUETIMERANGE {
  L_UINT32 nFlags;
  VALUETIME Time1;
  VALUETIME Time2;
} VALUETIMERANGE, *pVALUETIMERANGE;

/// Dates with times of a query, from the first to the second.
typedef struct VALUEDATETIMERANGE {
  L_UINT32 nFlags;
  VALUEDATETIME DateTime1;
  VALUEDATETIME DateTime2;
} VALUEDATETIMERANGE, *pVALUEDATETIMERANGE;

LDICOMNET_C_BEGIN

/// Called by ConformanceDS for each offence of an element, and by loading where SetDebugDS has set one. nFlags:
/// CONFORMANCE_*. L_FALSE ends the check. It must not change the data set.
typedef L_BOOL(pEXT_CALLBACK CONFORMANCECALLBACK)(pDICOMELEMENT pElement, L_UINT16 nFlags, L_VOID* pUserData);
/// Called by CopyDS for each element of the source, before those inside it; nFlags is 0. L_FALSE leaves the element
/// out, with all that is inside it. It must not change either data set.
typedef L_BOOL(pEXT_CALLBACK COPYDSCALLBACK)(pDICOMELEMENT pElement, L_UINT16 nFlags, L_VOID* pUserData);

LDICOMNET_C_END

#endif  // LDICOMNET_STRUCTS_H
