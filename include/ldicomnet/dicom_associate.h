/// \file
/// LDicomAssociate: one A-ASSOCIATE-RQ or A-ASSOCIATE-AC as a value (PS3.8 9.3.2 and 9.3.3, PS3.7 Annex D).
///
/// It must not send, receive or wait: LDicomNet carries it. Build one, give it to SendAssociateRequest or
/// SendAssociateAccept, and let it go; read the one that OnReceiveAssociateRequest, OnReceiveAssociateAccept or
/// GetAssociate hands out.
///
/// Common to every member:
///  - Text is bytes ended by NUL. What arrived from a peer is given as it arrived, with the padding of AE titles
///  trimmed; it
///    need not be printable, so escape it before showing it.
///  - A getter that fills a buffer takes the buffer's size in characters, always ends it with NUL, and cuts what does
///  not
///    fit. A NULL buffer or a size of 0 is left alone.
///  - A setter that answers L_INT answers DICOM_SUCCESS, DICOM_ERROR_PARAMETER for a value that the standard does not
///    allow or a presentation context that is not there, or DICOM_ERROR_NULL_PTR, and on an error has changed nothing.
///  - Pointers handed out stay valid until the object is next changed or destroyed.
///  - One object is for one thread at a time; different objects are independent of each other.

#ifndef LDICOMNET_DICOM_ASSOCIATE_H
#define LDICOMNET_DICOM_ASSOCIATE_H

#include "ldicomnet/constants.h"
#include "ldicomnet/errors.h"
#include "ldicomnet/export.h"
#include "ldicomnet/types.h"

#include <memory>

namespace ldicomnet {
namespace detail {
struct AssociateState;
struct AssociateAccess;
}  // namespace detail
}  // namespace ldicomnet

class LDICOMNET_API LDicomAssociate {
 public:
  /// An empty PDU: TRUE for the request form (A-ASSOCIATE-RQ), FALSE for the accept form (A-ASSOCIATE-AC). Protocol
  /// version 1, the DICOM application context name, blank AE titles, no presentation contexts, no user information.
  explicit LDicomAssociate(L_BOOL bRequest);
  ~LDicomAssociate();
  LDicomAssociate(const LDicomAssociate&) = delete;  // Clone() copies.
  LDicomAssociate& operator=(const LDicomAssociate&) = delete;

  /// A new object with the same content. The caller deletes it.
  LDicomAssociate* Clone() const;

  /// Empties the object, as the constructor left it.
  L_VOID Reset(L_BOOL bRequest);
  /// Replaces the presentation contexts by a default set: Verification and every standard storage class, each with
  /// implicit and explicit VR little endian, under the IDs 1, 3, 5... What does not fit into 128 contexts is left out.
  L_VOID Default();

  /// The form. SetRequest keeps the content: an answer can be made from the request it answers.
  L_BOOL IsRequest() const;
  L_VOID SetRequest(L_BOOL bRequest);

  /// Protocol version, a bit field of which bit 0 is version 1 (PS3.8 9.3.2). 1 in every association that works.
  L_UINT16 GetVersion() const;
  L_INT SetVersion(L_UINT16 nVersion);

  /// AE titles: at most 16 characters of the default repertoire, no backslash, no control character (PS3.5 6.2, AE);
  /// leading and trailing spaces carry no meaning. Empty is a blank title.
  L_VOID GetCalled(L_TCHAR* pszCalled, L_UINT32 SizeInWords) const;
  L_INT SetCalled(const L_TCHAR* pszCalled);
  L_VOID GetCalling(L_TCHAR* pszCalling, L_UINT32 SizeInWords) const;
  L_INT SetCalling(const L_TCHAR* pszCalling);

  /// Application context name. UID_APPLICATION_CONTEXT_NAME is the only one there is (PS3.7 Annex A).
  L_VOID GetApplication(L_TCHAR* pszApplication, L_UINT32 SizeInWords) const;
  L_INT SetApplication(const L_TCHAR* pszUID);

  // ---- Presentation contexts (PS3.8 9.3.2.2, 9.3.3.2), in the order of adding ---------------

  /// How many there are, and the ID of the one at an index counted from 0 (0 when there is none at that index).
  L_INT GetPresentationCount() const;
  L_UCHAR GetPresentation(L_INT nIndex) const;
  /// Gives the context at an index another ID: odd, 1 to 255, not in use.
  L_INT SetPresentation(L_INT nIndex, L_UCHAR nID);
  /// nID: odd, 1 to 255, not in use; at most 128 contexts. nResult: PDU_ACCEPT_RESULT_*, which only the accept form
  /// sends. pszAbstract: the abstract syntax (SOP class), which only the request form sends.
  L_INT AddPresentation(L_UCHAR nID, L_UCHAR nResult, const L_TCHAR* pszAbstract);
  L_VOID DelPresentation(L_UCHAR nID);

  /// The acceptor's answer to a context: PDU_ACCEPT_RESULT_*. GetResult of an absent one is
  /// PDU_ACCEPT_RESULT_PROVIDER_REJECT.
  L_UCHAR GetResult(L_UCHAR nID) const;
  L_INT SetResult(L_UCHAR nID, L_UCHAR nResult);

  /// The abstract syntax. In the accept form that LDicomNet hands out it is the one that was requested.
  L_VOID GetAbstract(L_UCHAR nID, L_TCHAR* pszAbstract, L_UINT32 SizeInWords) const;
  L_INT SetAbstract(L_UCHAR nID, const L_TCHAR* pszUID);
  /// The ID of the first context with this abstract syntax, whatever its result; 0 when there is none.
  L_UCHAR FindAbstract(const L_TCHAR* pszUID) const;
  /// The ID of the next one after the context nID, in the order of the contexts; 0 when there is none.
  L_UCHAR FindNextAbstract(L_UCHAR nID, const L_TCHAR* pszUID) const;
  /// How many contexts have it.
  L_INT GetAbstractCount(const L_TCHAR* pszUID) const;

  /// Transfer syntaxes of a context. A request proposes one or more; an accepted context has exactly one, at index 0.
  /// When a context is sent in the accept form only that one is sent.
  L_INT GetTransferCount(L_UCHAR nID) const;
  L_VOID GetTransfer(L_UCHAR nID, L_INT nIndex, L_TCHAR* pszTransfer, L_UINT32 SizeInWords) const;
  L_INT SetTransfer(L_UCHAR nID, L_INT nIndex, const L_TCHAR* pszUID);
  L_INT AddTransfer(L_UCHAR nID, const L_TCHAR* pszUID);
  L_VOID DelTransfer(L_UCHAR nID, L_INT nIndex);

  // ---- User information (PS3.7 D.3.3) -------------------------------------------------------

  /// SCP/SCU role selection of the context's SOP class (D.3.3.4): nUser is the SCU role, nProvider the SCP role, each
  /// PDU_ROLE_SUPPORT or PDU_ROLE_NON_SUPPORT. The item belongs to the SOP class: contexts of one class share it.
  L_BOOL IsRoleSelect(L_UCHAR nID) const;
  L_UCHAR GetUserRole(L_UCHAR nID) const;
  L_UCHAR GetProviderRole(L_UCHAR nID) const;
  L_INT SetRoleSelect(L_UCHAR nID, L_BOOL bEnabled, L_UCHAR nUser, L_UCHAR nProvider);

  /// SOP class extended negotiation of the context's SOP class (D.3.3.5): bytes whose meaning the class defines. 0 and
  /// NULL when there is none; nLength 0 removes the item. SetExtended copies.
  L_UINT32 GetLengthExtended(L_UCHAR nID) const;
  L_UCHAR* GetExtended(L_UCHAR nID);
  L_INT SetExtended(L_UCHAR nID, const L_UCHAR* pData, L_UINT32 nLength);

  /// Maximum length of a P-DATA-TF that this side receives, in bytes of its variable field (PS3.8 D.1); 0 sets no
  /// limit. When the object says nothing, LDicomNet fills in its own when it sends it. A value from 1 to
  /// PDU_MIN_MAXIMUM_LENGTH
  /// - 1 can carry nothing and is refused.
  L_BOOL IsMaxLength() const;
  L_UINT32 GetMaxLength() const;
  L_INT SetMaxLength(L_BOOL bEnabled, L_UINT32 nLength);

  /// Implementation class UID (D.3.3.2). When the object says nothing, LDicomNet sends the library's own.
  L_BOOL IsImplementClass() const;
  L_VOID GetImplementClass(L_TCHAR* pszClass, L_UINT32 SizeInWords) const;
  L_INT SetImplementClass(L_BOOL bEnabled, const L_TCHAR* pszUID);

  /// Implementation version name (D.3.3.2): at most 16 characters.
  L_BOOL IsImplementVersion() const;
  L_VOID GetImplementVersion(L_TCHAR* pszVersion, L_UINT32 SizeInWords) const;
  L_INT SetImplementVersion(L_BOOL bEnabled, const L_TCHAR* pszVersion);

  /// Asynchronous operations window (D.3.3.3): how many operations may be outstanding at once, 0 for any number.
  L_BOOL IsAsyncOperations() const;
  L_UINT16 GetInvokedOperations() const;
  L_UINT16 GetPerformedOperations() const;
  L_INT SetAsyncOperations(L_BOOL bEnabled, L_UINT16 nInvoked, L_UINT16 nPerformed);

  /// User identity (D.3.3.7; request form). An addition to the published members.
  /// nType: 1 user name, 2 user name and passcode, 3 Kerberos service ticket, 4 SAML assertion, 5 JSON web token; 0
  /// removes the item. The secondary field (the passcode) belongs to type 2 alone. bResponse asks the acceptor for an
  /// answer.
  L_INT SetUserIdentity(L_UCHAR nType, L_BOOL bResponse, const L_UCHAR* pPrimary, L_UINT16 nPrimaryLength,
                        const L_UCHAR* pSecondary, L_UINT16 nSecondaryLength);
  /// The type, or 0 when there is none or its bytes are malformed. Every pointer may be NULL when it is not wanted.
  L_UCHAR GetUserIdentity(L_BOOL* pbResponse, L_UCHAR** ppPrimary, L_UINT16* pnPrimaryLength, L_UCHAR** ppSecondary,
                          L_UINT16* pnSecondaryLength);
  /// The acceptor's answer to it (accept form); it may be empty. bEnabled FALSE removes it.
  L_INT SetUserIdentityResponse(L_BOOL bEnabled, const L_UCHAR* pResponse, L_UINT16 nLength);
  /// TRUE when there is one. Both pointers may be NULL.
  L_BOOL GetUserIdentityResponse(L_UCHAR** ppResponse, L_UINT16* pnLength);

  /// User information items that have no member of their own, raw and in order: SOP class common extended negotiation
  /// (type 0x57), user identity (0x58) and its answer (0x59), and every type this library does not know. nIndex counts
  /// from 0.
  L_INT GetUserInfoCount() const;
  L_UCHAR GetTypeUserInfo(L_INT nIndex) const;     ///< 0 when there is none at that index
  L_UINT16 GetLengthUserInfo(L_INT nIndex) const;  ///< bytes, without the item's four-byte head
  L_UCHAR* GetDataUserInfo(L_INT nIndex);
  L_INT SetUserInfo(L_INT nIndex, L_UCHAR nType, const L_UCHAR* pData, L_UINT16 nLength);
  L_INT AddUserInfo(L_UCHAR nType, const L_UCHAR* pData, L_UINT16 nLength);
  L_VOID DelUserInfo(L_INT nIndex);

 private:
  friend struct ldicomnet::detail::AssociateAccess;

  std::unique_ptr<ldicomnet::detail::AssociateState> m_pState;
};

#endif
