/// \file
/// The C functions of association handles (HDICOMPDU): one A-ASSOCIATE-RQ or A-ASSOCIATE-AC as a value.
///
/// Each is the member of LDicomAssociate (dicom_associate.h) of the same name (PS3.8 9.3.2 and 9.3.3, PS3.7 Annex D).
/// Common to all of them, beside what c_api.h says:
///
/// - Text from a peer is given as it arrived, with the padding of AE titles trimmed; it need not be printable.
/// - A getter into a buffer takes its size in characters, always ends the text with NUL and cuts what does not fit. For
/// what
///   is no handle the text is "".
/// - A setter that returns L_INT answers DICOM_ERROR_PARAMETER for a value that the standard does not allow or a
///   presentation context that is not there, DICOM_ERROR_NULL_PTR for a missing pointer, and has then changed nothing.
/// - nID is a presentation context ID, odd, 1 to 255. nIndex counts from 0.
/// - Pointers that are returned stay valid until the object is next changed or freed.

#ifndef LDICOMNET_C_API_ASSOCIATE_H
#define LDICOMNET_C_API_ASSOCIATE_H

#include "ldicomnet/constants.h"
#include "ldicomnet/errors.h"
#include "ldicomnet/export.h"
#include "ldicomnet/types.h"

LDICOMNET_C_BEGIN

// ---- Life of a handle -----------------------------------------------------------------------

/// A new object: L_TRUE in request form (A-ASSOCIATE-RQ), L_FALSE in accept form (A-ASSOCIATE-AC).
///
/// Protocol version 1, the DICOM application context name, blank AE titles, no presentation contexts, no user
/// information. NULL when memory is short.
LDICOMNET_API HDICOMPDU EXT_FUNCTION L_DicomCreateAssociate(L_BOOL bRequest);

/// Frees an object made by L_DicomCreateAssociate or L_DicomCloneAssociate. Lent handles are left alone.
LDICOMNET_API L_VOID EXT_FUNCTION L_DicomFreeAssociate(HDICOMPDU hPDU);

/// A new object with the same content, to be freed by the caller.
LDICOMNET_API HDICOMPDU EXT_FUNCTION L_DicomCloneAssociate(HDICOMPDU hPDU);

/// Empties the object, as L_DicomCreateAssociate makes it.
LDICOMNET_API L_VOID EXT_FUNCTION L_DicomResetAssociate(HDICOMPDU hPDU, L_BOOL bRequest);

/// Replaces the presentation contexts by a default set.
///
/// Verification and every standard storage class, each with implicit and explicit VR little endian, under the IDs 1, 3,
/// 5... What does not fit into 128 contexts is left out.
LDICOMNET_API L_VOID EXT_FUNCTION L_DicomDefaultAssociate(HDICOMPDU hPDU);

// ---- The fixed fields (PS3.8 9.3.2) ---------------------------------------------------------

/// Whether the object is in request form.
LDICOMNET_API L_BOOL EXT_FUNCTION L_DicomIsRequest(HDICOMPDU hPDU);

/// Changes the form and keeps the content: an answer can be made from a copy of the request.
LDICOMNET_API L_VOID EXT_FUNCTION L_DicomSetRequest(HDICOMPDU hPDU, L_BOOL bRequest);

/// The protocol version, a bit field of which bit 0 is version 1.
LDICOMNET_API L_UINT16 EXT_FUNCTION L_DicomGetVersion(HDICOMPDU hPDU);

/// Sets the protocol version: 1 in every association that works.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomSetVersion(HDICOMPDU hPDU, L_UINT16 nVersion);

/// The called AE title.
LDICOMNET_API L_VOID EXT_FUNCTION L_DicomGetCalled(HDICOMPDU hPDU, L_TCHAR* pszCalled, L_UINT32 SizeInWords);

/// Sets the called AE title: at most 16 characters of the default repertoire, no backslash (PS3.5 6.2). "" is blank.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomSetCalled(HDICOMPDU hPDU, const L_TCHAR* pszCalled);

/// The calling AE title.
LDICOMNET_API L_VOID EXT_FUNCTION L_DicomGetCalling(HDICOMPDU hPDU, L_TCHAR* pszCalling, L_UINT32 SizeInWords);

/// Sets the calling AE title, as L_DicomSetCalled.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomSetCalling(HDICOMPDU hPDU, const L_TCHAR* pszCalling);

/// The application context name.
LDICOMNET_API L_VOID EXT_FUNCTION L_DicomGetApplication(HDICOMPDU hPDU, L_TCHAR* pszApplication, L_UINT32 SizeInWords);

/// Sets the application context name. UID_APPLICATION_CONTEXT_NAME, its default, is the only one (PS3.7 Annex A).
LDICOMNET_API L_INT EXT_FUNCTION L_DicomSetApplication(HDICOMPDU hPDU, const L_TCHAR* pszUID);

// ---- Presentation contexts (PS3.8 9.3.2.2 and 9.3.3.2) --------------------------------------

/// How many presentation contexts there are.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomGetPresentationCount(HDICOMPDU hPDU);

/// The ID of the one at an index, in the order in which they were added; 0 when there is none.
LDICOMNET_API L_UCHAR EXT_FUNCTION L_DicomGetPresentation(HDICOMPDU hPDU, L_INT nIndex);

/// Gives the one at an index another ID, which must not be in use.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomSetPresentation(HDICOMPDU hPDU, L_INT nIndex, L_UCHAR nID);

/// Adds a presentation context; there are at most 128.
///
/// nID must not be in use. nResult: PDU_ACCEPT_RESULT_*, which only the accept form sends. pszAbstract: the abstract
/// syntax (SOP class), which only the request form sends.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomAddPresentation(HDICOMPDU hPDU, L_UCHAR nID, L_UCHAR nResult,
                                                        const L_TCHAR* pszAbstract);

/// Removes a presentation context.
LDICOMNET_API L_VOID EXT_FUNCTION L_DicomDelPresentation(HDICOMPDU hPDU, L_UCHAR nID);

/// The acceptor's answer: PDU_ACCEPT_RESULT_*. PDU_ACCEPT_RESULT_PROVIDER_REJECT for one that is not there.
LDICOMNET_API L_UCHAR EXT_FUNCTION L_DicomGetResult(HDICOMPDU hPDU, L_UCHAR nID);

/// Sets the acceptor's answer.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomSetResult(HDICOMPDU hPDU, L_UCHAR nID, L_UCHAR nResult);

/// The abstract syntax; in the accept form that L_DicomGetAssociate gives, the one that was requested.
LDICOMNET_API L_VOID EXT_FUNCTION L_DicomGetAbstract(HDICOMPDU hPDU, L_UCHAR nID, L_TCHAR* pszAbstract,
                                                     L_UINT32 SizeInWords);

/// Sets the abstract syntax.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomSetAbstract(HDICOMPDU hPDU, L_UCHAR nID, const L_TCHAR* pszUID);

/// The ID of the first context with this abstract syntax, whatever its result; 0 when there is none.
LDICOMNET_API L_UCHAR EXT_FUNCTION L_DicomFindAbstract(HDICOMPDU hPDU, const L_TCHAR* pszUID);

/// The ID of the next one after the context nID, in the order of the contexts; 0 when there is none.
LDICOMNET_API L_UCHAR EXT_FUNCTION L_DicomFindNextAbstract(HDICOMPDU hPDU, L_UCHAR nID, const L_TCHAR* pszUID);

/// How many contexts have this abstract syntax.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomGetAbstractCount(HDICOMPDU hPDU, const L_TCHAR* pszUID);

/// How many transfer syntaxes a context has: one or more in a request, one in an accepted context.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomGetTransferCount(HDICOMPDU hPDU, L_UCHAR nID);

/// One of them. The accepted one is at index 0 of the accept form.
LDICOMNET_API L_VOID EXT_FUNCTION L_DicomGetTransfer(HDICOMPDU hPDU, L_UCHAR nID, L_INT nIndex, L_TCHAR* pszTransfer,
                                                     L_UINT32 SizeInWords);

/// Replaces one of them.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomSetTransfer(HDICOMPDU hPDU, L_UCHAR nID, L_INT nIndex, const L_TCHAR* pszUID);

/// Adds one behind the others.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomAddTransfer(HDICOMPDU hPDU, L_UCHAR nID, const L_TCHAR* pszUID);

/// Removes one of them.
LDICOMNET_API L_VOID EXT_FUNCTION L_DicomDelTransfer(HDICOMPDU hPDU, L_UCHAR nID, L_INT nIndex);

// ---- User information (PS3.7 D.3.3) ---------------------------------------------------------

/// Whether the context's SOP class has a role selection (D.3.3.4). Contexts of one class share it.
LDICOMNET_API L_BOOL EXT_FUNCTION L_DicomIsRoleSelect(HDICOMPDU hPDU, L_UCHAR nID);

/// The SCU role: PDU_ROLE_SUPPORT or PDU_ROLE_NON_SUPPORT.
LDICOMNET_API L_UCHAR EXT_FUNCTION L_DicomGetUserRole(HDICOMPDU hPDU, L_UCHAR nID);

/// The SCP role: PDU_ROLE_SUPPORT or PDU_ROLE_NON_SUPPORT.
LDICOMNET_API L_UCHAR EXT_FUNCTION L_DicomGetProviderRole(HDICOMPDU hPDU, L_UCHAR nID);

/// Sets the role selection of the context's SOP class. bEnabled L_FALSE removes it.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomSetRoleSelect(HDICOMPDU hPDU, L_UCHAR nID, L_BOOL bEnabled, L_UCHAR nUser,
                                                      L_UCHAR nProvider);

/// Bytes of the extended negotiation of the context's SOP class (D.3.3.5); 0 when there is none.
LDICOMNET_API L_UINT32 EXT_FUNCTION L_DicomGetLengthExtended(HDICOMPDU hPDU, L_UCHAR nID);

/// The extended negotiation, whose meaning the SOP class defines; NULL when there is none.
LDICOMNET_API L_UCHAR* EXT_FUNCTION L_DicomGetExtended(HDICOMPDU hPDU, L_UCHAR nID);

/// Sets the extended negotiation; the bytes are copied. nLength 0 removes it.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomSetExtended(HDICOMPDU hPDU, L_UCHAR nID, const L_UCHAR* pData,
                                                    L_UINT32 nLength);

/// Whether the object says a maximum length.
LDICOMNET_API L_BOOL EXT_FUNCTION L_DicomIsMaxLength(HDICOMPDU hPDU);

/// The longest P-DATA-TF that its sender receives, in bytes of the variable field (PS3.8 D.1); 0 is no limit.
LDICOMNET_API L_UINT32 EXT_FUNCTION L_DicomGetMaxLength(HDICOMPDU hPDU);

/// Sets the maximum length. bEnabled L_FALSE removes it, and the library's own is sent.
///
/// A value from 1 to PDU_MIN_MAXIMUM_LENGTH - 1 can carry nothing and is refused.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomSetMaxLength(HDICOMPDU hPDU, L_BOOL bEnabled, L_UINT32 nLength);

/// Whether the object says an implementation class UID (D.3.3.2).
LDICOMNET_API L_BOOL EXT_FUNCTION L_DicomIsImplementClass(HDICOMPDU hPDU);

/// The implementation class UID.
LDICOMNET_API L_VOID EXT_FUNCTION L_DicomGetImplementClass(HDICOMPDU hPDU, L_TCHAR* pszClass, L_UINT32 SizeInWords);

/// Sets the implementation class UID. bEnabled L_FALSE removes it, and the library's own is sent.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomSetImplementClass(HDICOMPDU hPDU, L_BOOL bEnabled, const L_TCHAR* pszUID);

/// Whether the object says an implementation version name (D.3.3.2).
LDICOMNET_API L_BOOL EXT_FUNCTION L_DicomIsImplementVersion(HDICOMPDU hPDU);

/// The implementation version name.
LDICOMNET_API L_VOID EXT_FUNCTION L_DicomGetImplementVersion(HDICOMPDU hPDU, L_TCHAR* pszVersion, L_UINT32 SizeInWords);

/// Sets the implementation version name: at most 16 characters. bEnabled L_FALSE removes it.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomSetImplementVersion(HDICOMPDU hPDU, L_BOOL bEnabled, const L_TCHAR* pszVersion);

/// Whether the object says an asynchronous operations window (D.3.3.3).
LDICOMNET_API L_BOOL EXT_FUNCTION L_DicomIsAsyncOperations(HDICOMPDU hPDU);

/// How many operations the requestor may have outstanding; 0 for any number.
LDICOMNET_API L_UINT16 EXT_FUNCTION L_DicomGetInvokedOperations(HDICOMPDU hPDU);

/// How many operations the acceptor may have outstanding; 0 for any number.
LDICOMNET_API L_UINT16 EXT_FUNCTION L_DicomGetPerformedOperations(HDICOMPDU hPDU);

/// Sets the asynchronous operations window. bEnabled L_FALSE removes it.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomSetAsyncOperations(HDICOMPDU hPDU, L_BOOL bEnabled, L_UINT16 nInvoked,
                                                           L_UINT16 nPerformed);

/// Sets the user identity (D.3.3.7, request form). An addition.
///
/// nType: PDU_USER_IDENTITY_*, 0 removes it. The secondary field, the passcode, belongs to
/// PDU_USER_IDENTITY_USERNAME_PASSCODE alone. bResponse asks the acceptor for an answer. Bytes are copied.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomSetUserIdentity(HDICOMPDU hPDU, L_UCHAR nType, L_BOOL bResponse,
                                                        const L_UCHAR* pPrimary, L_UINT16 nPrimaryLength,
                                                        const L_UCHAR* pSecondary, L_UINT16 nSecondaryLength);

/// The type of the user identity, 0 when there is none or it is malformed. An addition.
///
/// Every pointer may be NULL when it is not wanted.
LDICOMNET_API L_UCHAR EXT_FUNCTION L_DicomGetUserIdentity(HDICOMPDU hPDU, L_BOOL* pbResponse, L_UCHAR** ppPrimary,
                                                          L_UINT16* pnPrimaryLength, L_UCHAR** ppSecondary,
                                                          L_UINT16* pnSecondaryLength);

/// Sets the acceptor's answer to the user identity (accept form); it may be empty. An addition. L_FALSE removes it.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomSetUserIdentityResponse(HDICOMPDU hPDU, L_BOOL bEnabled,
                                                                const L_UCHAR* pResponse, L_UINT16 nLength);

/// The acceptor's answer to the user identity; L_FALSE when there is none. An addition. Both pointers may be NULL.
LDICOMNET_API L_BOOL EXT_FUNCTION L_DicomGetUserIdentityResponse(HDICOMPDU hPDU, L_UCHAR** ppResponse,
                                                                 L_UINT16* pnLength);

// Items without functions of their own, raw and in order: common extended negotiation (type 0x57), user identity (0x58)
// and its answer (0x59), and every type that the library does not know.

/// How many of these items there are.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomGetUserInfoCount(HDICOMPDU hPDU);

/// The type of one; 0 when there is none at that index.
LDICOMNET_API L_UCHAR EXT_FUNCTION L_DicomGetTypeUserInfo(HDICOMPDU hPDU, L_INT nIndex);

/// Bytes of one, without its head of four bytes.
LDICOMNET_API L_UINT16 EXT_FUNCTION L_DicomGetLengthUserInfo(HDICOMPDU hPDU, L_INT nIndex);

/// The bytes of one; NULL when there is none at that index.
LDICOMNET_API L_UCHAR* EXT_FUNCTION L_DicomGetDataUserInfo(HDICOMPDU hPDU, L_INT nIndex);

/// Replaces one; the bytes are copied.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomSetUserInfo(HDICOMPDU hPDU, L_INT nIndex, L_UCHAR nType, const L_UCHAR* pData,
                                                    L_UINT16 nLength);

/// Adds one behind the others; the bytes are copied.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomAddUserInfo(HDICOMPDU hPDU, L_UCHAR nType, const L_UCHAR* pData,
                                                    L_UINT16 nLength);

/// Removes one.
LDICOMNET_API L_VOID EXT_FUNCTION L_DicomDelUserInfo(HDICOMPDU hPDU, L_INT nIndex);

LDICOMNET_C_END

#endif  // LDICOMNET_C_API_ASSOCIATE_H
