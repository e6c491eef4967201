/// \file
/// LDicomDS: a command set, element by element, or a data set as encoded bytes.
///
/// A command set (group 0000, PS3.7 6.3) is an LDicomDS set up with InitCS; there is no class of its own. A data set
/// travels through this class as the bytes of its encoding: SetEncoded and GetEncoded.
///
/// It must not send, receive or wait.
///
///  - A pDICOMELEMENT is a handle that belongs to its object: it stays valid until its element is deleted, or the whole
///    object is reset, copied into or destroyed. A handle of another object is treated as not found.
///  - A NULL element means the root. A command set has no levels: bTree changes nothing.
///  - Value pointers belong to the object until the element's next change, or FreeValue.
///  - One object is for one thread at a time; different objects are independent of each other.
///  - Objects that a hook is given belong to the library and end with the hook: keep content with CopyDS.

#ifndef LDICOMNET_DICOM_DS_H
#define LDICOMNET_DICOM_DS_H

#include "ldicomnet/constants.h"
#include "ldicomnet/errors.h"
#include "ldicomnet/export.h"
#include "ldicomnet/structs.h"
#include "ldicomnet/types.h"

#include <memory>

namespace ldicomnet {
namespace detail {
class DataSetState;
struct DataSetAccess;
}  // namespace detail
}  // namespace ldicomnet

class LDICOMNET_API LDicomDS {
 public:
  /// An empty object. pszPath is the directory for values too large to hold in memory (NULL: the system's); command
  /// sets and encoded bytes are held in memory and use none.
  explicit LDicomDS(const L_TCHAR* pszPath = NULL);
  ~LDicomDS();
  LDicomDS(const LDicomDS&) = delete;  // CopyDS copies.
  LDicomDS& operator=(const LDicomDS&) = delete;

  /// Empties the object and sets up a command set with the elements PS3.7 9.3 and 10.3 make mandatory for the command.
  /// nCommand: COMMAND_C_STORE and so on, with or without COMMAND_RESPONSE. Numbers start as 0, UIDs empty, and the
  /// command data set type as COMMAND_DATASET_ABSENT; optional elements are added with InsertElement. An unknown
  /// command gets the command field and the data set type alone.
  L_VOID InitCS(L_UINT16 nCommand, L_BOOL bRequest);
  /// The command without COMMAND_RESPONSE, and whether it is a request. 0 and FALSE when there is no command field.
  /// Either pointer may be NULL.
  L_VOID GetInfoCS(L_UINT16* pnCommand, L_BOOL* pbRequest) const;

  /// Deletes all elements and the encoded bytes.
  L_VOID ResetDS();

  /// Makes this object a copy of the whole of pSrcDS; pDstParent and pSrcParent are NULL. The encoded bytes are shared,
  /// not copied, until one of the two changes. DICOM_ERROR_PARAMETER for another parent, DICOM_ERROR_NULL_PTR.
  L_UINT16 CopyDS(pDICOMELEMENT pDstParent, LDicomDS* pSrcDS, pDICOMELEMENT pSrcParent);

  // ---- A data set as encoded bytes (additions) ----------------------------------------------

  /// Makes the object hold these bytes, which are copied: a data set without preamble and meta header, in the transfer
  /// syntax of the presentation context that it will be sent on. Nothing checks or changes them. nLength 0 removes
  /// them; DICOM_ERROR_NULL_PTR for NULL with a length.
  L_INT SetEncoded(const L_UCHAR* pData, L_UINT32 nLength);
  /// The bytes, in the transfer syntax of the presentation context that they came on; NULL when there are none.
  /// pnLength may be NULL. Valid until the object is changed.
  const L_UCHAR* GetEncoded(L_UINT32* pnLength) const;

  // ---- Elements, in the order of their tags -------------------------------------------------

  /// Inserts an empty element. nTag: group 0000, not the group length, which is computed. nVR 0 takes the standard's
  /// VR; nIndex is ELEMENT_INDEX_MAX; pNeighbor, bChild and the order of calls change nothing, for a command set is
  /// flat and sorted. NULL when the tag is there already, is not one of a command set, or bSequence is TRUE.
  pDICOMELEMENT InsertElement(pDICOMELEMENT pNeighbor, L_BOOL bChild, L_UINT32 nTag, L_UINT16 nVR, L_BOOL bSequence,
                              L_UINT32 nIndex);
  /// Deletes an element. Returns the next one, or NULL.
  pDICOMELEMENT DeleteElement(pDICOMELEMENT pElement);

  pDICOMELEMENT GetFirstElement(pDICOMELEMENT pElement, L_BOOL bTree, L_BOOL bVolatile) const;
  pDICOMELEMENT GetLastElement(pDICOMELEMENT pElement, L_BOOL bTree, L_BOOL bVolatile) const;
  pDICOMELEMENT GetPrevElement(pDICOMELEMENT pElement, L_BOOL bTree, L_BOOL bVolatile) const;
  pDICOMELEMENT GetNextElement(pDICOMELEMENT pElement, L_BOOL bTree, L_BOOL bVolatile) const;
  L_BOOL ExistsElement(pDICOMELEMENT pElement) const;
  /// The element with this tag, or NULL. A tag is there once at most, so FindNextElement of a command set is NULL.
  pDICOMELEMENT FindFirstElement(pDICOMELEMENT pElement, L_UINT32 nTag, L_BOOL bTree) const;
  pDICOMELEMENT FindLastElement(pDICOMELEMENT pElement, L_UINT32 nTag, L_BOOL bTree) const;
  pDICOMELEMENT FindPrevElement(pDICOMELEMENT pElement, L_BOOL bTree) const;
  pDICOMELEMENT FindNextElement(pDICOMELEMENT pElement, L_BOOL bTree) const;

  // ---- Values -------------------------------------------------------------------------------
  //
  // Getters answer NULL, 0 or FALSE where the VR or the index does not fit; setters answer FALSE and have changed
  // nothing. Values are counted from 0.

  /// How many values the element has: numbers by their size, texts by the backslashes between them, 0 when empty.
  L_UINT32 GetCountValue(pDICOMELEMENT pElement) const;
  /// Ends the validity of the value pointers taken from this element, and frees what they needed.
  L_VOID FreeValue(pDICOMELEMENT pElement);

  /// The element's bytes as encoded, little endian. GetBinaryValue copies nLength bytes, at most the element's length.
  /// Numbers take whole values only; a length past 65534 is refused, for a command set is meant to be small.
  L_BOOL GetBinaryValue(pDICOMELEMENT pElement, L_VOID* pValue, L_UINT32 nLength) const;
  L_BOOL SetBinaryValue(pDICOMELEMENT pElement, const L_VOID* pValue, L_UINT32 nLength);

  /// VR US and SS: a pointer to nCount values from nIndex.
  L_INT16* GetShortValue(pDICOMELEMENT pElement, L_UINT32 nIndex, L_UINT32 nCount);
  L_BOOL SetShortValue(pDICOMELEMENT pElement, const L_INT16* pValue, L_UINT32 nCount);
  /// VR UL, SL and AT; an AT value is the tag, as MAKETAG makes it.
  L_INT32* GetLongValue(pDICOMELEMENT pElement, L_UINT32 nIndex, L_UINT32 nCount);
  L_BOOL SetLongValue(pDICOMELEMENT pElement, const L_INT32* pValue, L_UINT32 nCount);
  /// Text VRs: nCount values from nIndex one after another, each ended by NUL, without their padding. SetStringValue
  /// takes them in the same form. The text is bytes: no character set is applied (a command set is in the default
  /// repertoire).
  L_TCHAR* GetStringValue(pDICOMELEMENT pElement, L_UINT32 nIndex, L_UINT32 nCount);
  L_BOOL SetStringValue(pDICOMELEMENT pElement, const L_TCHAR* pValue, L_UINT32 nCount);
  /// Any VR as text, values separated by backslashes: numbers in decimal, tags as GGGG:EEEE in hexadecimal, other bytes
  /// in hexadecimal. Returns the number of characters of the whole text without its NUL; Destination gets as much as
  /// fits into DestSizeInWords, ended by NUL, and may be NULL to ask for the length.
  L_UINT32 GetConvertValue(pDICOMELEMENT pElement, L_TCHAR* Destination, L_UINT32 DestSizeInWords) const;

 private:
  friend struct ldicomnet::detail::DataSetAccess;

  std::unique_ptr<ldicomnet::detail::DataSetState> m_pState;
};

#endif
