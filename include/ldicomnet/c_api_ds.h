/// \file
/// The C functions of data set handles (HDICOMDS): a command set, element by element, or a data set as encoded bytes.
///
/// Each is the member of LDicomDS (dicom_ds.h) of the same name. A command set (group 0000, PS3.7 6.3) is set up with
/// L_DicomInitCS. Common to all of them, beside what c_api.h says:
///
/// - A pDICOMELEMENT belongs to its data set: it stays valid until the element is deleted, or the whole is reset,
/// copied into
///   or freed. One of another data set is treated as not found. NULL means the root. A command set has no levels:
///   bTree, bChild and bVolatile change nothing.
/// - Value pointers belong to the data set until the element's next change, or L_DicomFreeValue.
/// - Values are counted from 0. Getters answer NULL, 0 or L_FALSE where the VR or the index does not fit; setters
/// answer
///   L_FALSE and have changed nothing.

#ifndef LDICOMNET_C_API_DS_H
#define LDICOMNET_C_API_DS_H

#include "ldicomnet/constants.h"
#include "ldicomnet/ds_constants.h"
#include "ldicomnet/errors.h"
#include "ldicomnet/export.h"
#include "ldicomnet/structs.h"
#include "ldicomnet/types.h"

LDICOMNET_C_BEGIN

// ---- Life of a handle -----------------------------------------------------------------------

/// A new, empty data set. pszPath is the directory for values too large for memory (NULL: the system's).
///
/// NULL when memory is short.
LDICOMNET_API HDICOMDS EXT_FUNCTION L_DicomCreateDS(const L_TCHAR* pszPath);

/// Frees a data set made by L_DicomCreateDS. Lent handles are left alone.
LDICOMNET_API L_VOID EXT_FUNCTION L_DicomFreeDS(HDICOMDS hDS);

/// Empties it and sets up a command set with the elements that PS3.7 9.3 and 10.3 make mandatory for the command.
///
/// nCommand: COMMAND_C_STORE and so on. Numbers start as 0, UIDs empty, the data set type as COMMAND_DATASET_ABSENT. An
/// unknown command gets the command field and the data set type alone.
LDICOMNET_API L_VOID EXT_FUNCTION L_DicomInitCS(HDICOMDS hDS, L_UINT16 nCommand, L_BOOL bRequest);

/// The command without COMMAND_RESPONSE, and whether it is a request. Either pointer may be NULL.
///
/// 0 and L_FALSE when there is no command field, and for what is no handle.
LDICOMNET_API L_VOID EXT_FUNCTION L_DicomGetInfoCS(HDICOMDS hDS, L_UINT16* pnCommand, L_BOOL* pbRequest);

/// Deletes all elements and the encoded bytes.
LDICOMNET_API L_VOID EXT_FUNCTION L_DicomResetDS(HDICOMDS hDS);

/// Makes hDstDS a copy of the whole of hSrcDS; both parents are NULL.
///
/// Encoded bytes are shared, not copied, until one of the two changes. DICOM_ERROR_PARAMETER for another parent.
LDICOMNET_API L_UINT16 EXT_FUNCTION L_DicomCopyDS(HDICOMDS hDstDS, pDICOMELEMENT pDstParent, HDICOMDS hSrcDS,
                                                  pDICOMELEMENT pSrcParent);

// ---- A data set as encoded bytes (additions) ------------------------------------------------

/// Makes it hold these bytes, which are copied: a data set without preamble and meta header.
///
/// They are in the transfer syntax of the presentation context that they will be sent on; nothing checks or changes
/// them. nLength 0 removes them. DICOM_ERROR_NULL_PTR for NULL with a length.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomSetEncoded(HDICOMDS hDS, const L_UCHAR* pData, L_UINT32 nLength);

/// The bytes, in the transfer syntax of the presentation context that they came on; NULL when there are none.
///
/// pnLength may be NULL. Valid until the data set is changed or freed.
LDICOMNET_API const L_UCHAR* EXT_FUNCTION L_DicomGetEncoded(HDICOMDS hDS, L_UINT32* pnLength);

// ---- Elements, in the order of their tags ---------------------------------------------------

/// Inserts an empty element of group 0000.
///
/// nVR 0 takes the standard's VR; nIndex is ELEMENT_INDEX_MAX. NULL when the tag is there already or not one of a
/// command set, or bSequence is L_TRUE.
LDICOMNET_API pDICOMELEMENT EXT_FUNCTION L_DicomInsertElement(HDICOMDS hDS, pDICOMELEMENT pNeighbor, L_BOOL bChild,
                                                              L_UINT32 nTag, L_UINT16 nVR, L_BOOL bSequence,
                                                              L_UINT32 nIndex);

/// Deletes an element. Returns the next one, or NULL.
LDICOMNET_API pDICOMELEMENT EXT_FUNCTION L_DicomDeleteElement(HDICOMDS hDS, pDICOMELEMENT pElement);

/// The first element, or NULL.
LDICOMNET_API pDICOMELEMENT EXT_FUNCTION L_DicomGetFirstElement(HDICOMDS hDS, pDICOMELEMENT pElement, L_BOOL bTree,
                                                                L_BOOL bVolatile);

/// The last element, or NULL.
LDICOMNET_API pDICOMELEMENT EXT_FUNCTION L_DicomGetLastElement(HDICOMDS hDS, pDICOMELEMENT pElement, L_BOOL bTree,
                                                               L_BOOL bVolatile);

/// The element before pElement, or NULL.
LDICOMNET_API pDICOMELEMENT EXT_FUNCTION L_DicomGetPrevElement(HDICOMDS hDS, pDICOMELEMENT pElement, L_BOOL bTree,
                                                               L_BOOL bVolatile);

/// The element after pElement, or NULL.
LDICOMNET_API pDICOMELEMENT EXT_FUNCTION L_DicomGetNextElement(HDICOMDS hDS, pDICOMELEMENT pElement, L_BOOL bTree,
                                                               L_BOOL bVolatile);

/// Whether pElement is an element of this data set.
LDICOMNET_API L_BOOL EXT_FUNCTION L_DicomExistsElement(HDICOMDS hDS, pDICOMELEMENT pElement);

/// The first element with this tag, or NULL.
LDICOMNET_API pDICOMELEMENT EXT_FUNCTION L_DicomFindFirstElement(HDICOMDS hDS, pDICOMELEMENT pElement, L_UINT32 nTag,
                                                                 L_BOOL bTree);

/// The last element with this tag, or NULL.
LDICOMNET_API pDICOMELEMENT EXT_FUNCTION L_DicomFindLastElement(HDICOMDS hDS, pDICOMELEMENT pElement, L_UINT32 nTag,
                                                                L_BOOL bTree);

/// The element with the same tag before pElement, or NULL.
LDICOMNET_API pDICOMELEMENT EXT_FUNCTION L_DicomFindPrevElement(HDICOMDS hDS, pDICOMELEMENT pElement, L_BOOL bTree);

/// The element with the same tag after pElement, or NULL.
LDICOMNET_API pDICOMELEMENT EXT_FUNCTION L_DicomFindNextElement(HDICOMDS hDS, pDICOMELEMENT pElement, L_BOOL bTree);

// ---- Values ---------------------------------------------------------------------------------

/// How many values an element has; 0 when it is empty.
LDICOMNET_API L_UINT32 EXT_FUNCTION L_DicomGetCountValue(HDICOMDS hDS, pDICOMELEMENT pElement);

/// Ends the validity of the value pointers taken from an element, and frees what they needed.
LDICOMNET_API L_VOID EXT_FUNCTION L_DicomFreeValue(HDICOMDS hDS, pDICOMELEMENT pElement);

/// Copies nLength bytes of an element as encoded, little endian; at most its length.
LDICOMNET_API L_BOOL EXT_FUNCTION L_DicomGetBinaryValue(HDICOMDS hDS, pDICOMELEMENT pElement, L_VOID* pValue,
                                                        L_UINT32 nLength);

/// Sets an element's bytes, at most 65534. Numbers take whole values only.
LDICOMNET_API L_BOOL EXT_FUNCTION L_DicomSetBinaryValue(HDICOMDS hDS, pDICOMELEMENT pElement, const L_VOID* pValue,
                                                        L_UINT32 nLength);

/// VR US and SS: nCount values from nIndex.
LDICOMNET_API L_INT16* EXT_FUNCTION L_DicomGetShortValue(HDICOMDS hDS, pDICOMELEMENT pElement, L_UINT32 nIndex,
                                                         L_UINT32 nCount);

/// VR US and SS: sets nCount values.
LDICOMNET_API L_BOOL EXT_FUNCTION L_DicomSetShortValue(HDICOMDS hDS, pDICOMELEMENT pElement, const L_INT16* pValue,
                                                       L_UINT32 nCount);

/// VR UL, SL and AT: nCount values from nIndex. A value of AT is the tag, as MAKETAG makes it.
LDICOMNET_API L_INT32* EXT_FUNCTION L_DicomGetLongValue(HDICOMDS hDS, pDICOMELEMENT pElement, L_UINT32 nIndex,
                                                        L_UINT32 nCount);

/// VR UL, SL and AT: sets nCount values.
LDICOMNET_API L_BOOL EXT_FUNCTION L_DicomSetLongValue(HDICOMDS hDS, pDICOMELEMENT pElement, const L_INT32* pValue,
                                                      L_UINT32 nCount);

/// Text: nCount values from nIndex one after another, each ended by NUL, without their padding.
LDICOMNET_API L_TCHAR* EXT_FUNCTION L_DicomGetStringValue(HDICOMDS hDS, pDICOMELEMENT pElement, L_UINT32 nIndex,
                                                          L_UINT32 nCount);

/// Text: sets nCount values, which follow one another at pValue, each ended by NUL.
///
/// A command set is in the default repertoire (PS3.5 6.1): uCharacterSet is DICOM_CHARACTER_SET_DEFAULT, and with any
/// other the answer is L_FALSE.
LDICOMNET_API L_BOOL EXT_FUNCTION L_DicomSetStringValue(HDICOMDS hDS, pDICOMELEMENT pElement, const L_TCHAR* pValue,
                                                        L_UINT32 nCount, L_UINT32 uCharacterSet);

/// The same without a character set.
LDICOMNET_API L_BOOL EXT_FUNCTION L_DicomSetStringValue2(HDICOMDS hDS, pDICOMELEMENT pElement, const L_TCHAR* pValue,
                                                         L_UINT32 nCount);

/// Any VR as text, values separated by backslashes.
///
/// Returns the characters of the whole text without its NUL. Destination gets as much as fits into DestSizeInWords
/// characters, ended by NUL, and may be NULL to ask for the length.
LDICOMNET_API L_UINT32 EXT_FUNCTION L_DicomGetConvertValue(HDICOMDS hDS, pDICOMELEMENT pElement, L_TCHAR* Destination,
                                                           L_UINT32 DestSizeInWords);

LDICOMNET_C_END

#endif  // LDICOMNET_C_API_DS_H
