/// \file
/// The C functions of data set handles (HDICOMDS): data sets and command sets, their elements, and the files they are
/// in.
///
/// Each is the member of LDicomDS of the same name, and dicom_ds.h says the particulars. Values are in
/// c_api_ds_values.h. Common to all of them, beside what c_api.h says:
///
/// - A pDICOMELEMENT belongs to its data set: it stays valid until the element is deleted, or the whole is reset,
/// loaded,
///   copied into or freed. One of another data set is treated as not found. NULL means the root.
/// - bTree: L_TRUE looks at the level of the element given (of the root for NULL); L_FALSE takes the data set as one
/// list,
///   in which an element comes before those inside it. bVolatile changes nothing. A command set has one level.
/// - Text is UTF-8, whatever character set the data set has. A command set's text is bytes.
/// - Callbacks must not throw, and not leave by longjmp.

#ifndef LDICOMNET_C_API_DS_H
#define LDICOMNET_C_API_DS_H

#include "ldicomnet/c_api_ds_values.h"
#include "ldicomnet/constants.h"
#include "ldicomnet/ds_constants.h"
#include "ldicomnet/errors.h"
#include "ldicomnet/export.h"
#include "ldicomnet/structs.h"
#include "ldicomnet/types.h"

LDICOMNET_C_BEGIN

// ---- Life of a handle ----------------------------------------------------------------------

/// A new, empty data set. pszPath is the directory for temporary files; NULL: L_DicomGetDefaultDicomTempPath.
///
/// NULL when memory is short.
LDICOMNET_API HDICOMDS EXT_FUNCTION L_DicomCreateDS(const L_TCHAR* pszPath);

/// Frees a data set made by L_DicomCreateDS. Lent handles are left alone.
LDICOMNET_API L_VOID EXT_FUNCTION L_DicomFreeDS(HDICOMDS hDS);

// ---- The whole -----------------------------------------------------------------------------

/// Empties it and sets up a data set with the elements of a class (CLASS_*), without values but for those that the
/// class itself says.
///
/// nFlags: DS_BIG_ENDIAN or DS_IMPLICIT_VR for the transfer syntax, else it is explicit VR little endian;
/// DS_ADD_MANDATORY_*.
LDICOMNET_API L_VOID EXT_FUNCTION L_DicomInitDS(HDICOMDS hDS, L_UINT32 nClass, L_UINT16 nFlags);

/// The class, CLASS_UNKNOWN for others, and what the data set is, in flags: DS_METAHEADER_*, byte order, explicit or
/// implicit VR. Either pointer may be NULL.
LDICOMNET_API L_VOID EXT_FUNCTION L_DicomGetInfoDS(HDICOMDS hDS, L_UINT32* pnClass, L_UINT16* pnFlags);

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

/// Copies the elements below pSrcParent below pDstParent, with all that is inside them.
///
/// With both parents NULL hDstDS becomes a copy of the whole, command set or data set; values are shared until one of
/// the two changes. With a parent, both are data sets, and an element that is there already is replaced.
/// Text stays what it is, in the character set of where it goes to; LDicomDS::CopyDS says more of that.
/// DICOM_ERROR_PARAMETER for a parent that is not there or cannot have these children.
LDICOMNET_API L_UINT16 EXT_FUNCTION L_DicomCopyDS(HDICOMDS hDstDS, pDICOMELEMENT pDstParent, HDICOMDS hSrcDS,
                                                  pDICOMELEMENT pSrcParent);

/// The same, pfnCallback (NULL for none) being asked for each element.
LDICOMNET_API L_UINT16 EXT_FUNCTION L_DicomCopyDSExt(HDICOMDS hDstDS, pDICOMELEMENT pDstParent, HDICOMDS hSrcDS,
                                                     pDICOMELEMENT pSrcParent, COPYDSCALLBACK pfnCallback,
                                                     L_VOID* pUserData);

/// Checks the form of every element: VR, length, padding (PS3.5 6.2, 7.1). pfnCallback (NULL for none) is told each
/// offence, and ends the check with L_FALSE. L_TRUE when there was none.
LDICOMNET_API L_BOOL EXT_FUNCTION L_DicomConformanceDS(HDICOMDS hDS, CONFORMANCECALLBACK pfnCallback,
                                                       L_VOID* pUserData);

/// From now on L_DicomLoadDS and L_DicomLoadDSMemory do that with what they have loaded. NULL ends it.
LDICOMNET_API L_VOID EXT_FUNCTION L_DicomSetDebugDS(HDICOMDS hDS, CONFORMANCECALLBACK pfnCallback, L_VOID* pUserData);

// ---- Files and bytes -----------------------------------------------------------------------

/// Loads a file: one of PS3.10, or a bare data set, whose transfer syntax is then what the flags say, or what it looks
/// like.
///
/// nFlags: DS_METAHEADER_PRESENT or _ABSENT to allow one of the two alone; DS_BIG_ENDIAN, DS_IMPLICIT_VR or
/// DS_EXPLICIT_VR for one that does not say itself; DS_LOAD_CLOSE; DS_LOAD_STORE_OFFSETS. Only the meta header is read.
/// On an error the data set is unchanged.
LDICOMNET_API L_UINT16 EXT_FUNCTION L_DicomLoadDS(HDICOMDS hDS, const L_TCHAR* pszName, L_UINT16 nFlags);

/// The same from memory, which is copied.
LDICOMNET_API L_UINT16 EXT_FUNCTION L_DicomLoadDSMemory(HDICOMDS hDS, const L_UCHAR* pBuffer, L_UINT32 uBufferSize,
                                                        L_UINT16 nFlags);

/// Saves it as a file, which is there whole or not at all.
///
/// nFlags: DS_METAHEADER_ABSENT or DS_EXCLUDE_METAHEADER_GROUP for a bare data set; DS_LITTLE_ENDIAN, DS_BIG_ENDIAN,
/// DS_IMPLICIT_VR or DS_EXPLICIT_VR to convert it to what they say; DS_GROUP_LENGTHS, DS_LENGTH_EXPLICIT.
/// DICOM_ERROR_FORMAT for a command set.
LDICOMNET_API L_UINT16 EXT_FUNCTION L_DicomSaveDS(HDICOMDS hDS, const L_TCHAR* pszName, L_UINT16 nFlags);

/// Converts it to another transfer syntax: between the uncompressed ones and the deflated one, and from RLE, JPEG,
/// JPEG-LS, JPEG 2000 and JPEG XL by decompression.
///
/// nQFactor and uFlags count for nothing. On an error it is unchanged: DICOM_ERROR_TRANSFER_SYNTAX_NOT_SUPPORTED.
LDICOMNET_API L_UINT16 EXT_FUNCTION L_DicomChangeTransferSyntax(HDICOMDS hDS, const L_TCHAR* pszUID, L_INT32 nQFactor,
                                                                L_UINT32 uFlags);

/// The same into a file: the data set stays as it is. uSaveFlags: as nFlags of L_DicomSaveDS.
LDICOMNET_API L_UINT16 EXT_FUNCTION L_DicomChangeTransferSyntax2(HDICOMDS hDS, const L_TCHAR* pszOutfile,
                                                                 const L_TCHAR* pszUID, L_INT32 nQFactor,
                                                                 L_UINT32 uFlags, L_UINT16 uSaveFlags);

/// The first nLength of the 128 bytes before the meta header (PS3.10 7.1).
LDICOMNET_API L_VOID EXT_FUNCTION L_DicomGetPreamble(HDICOMDS hDS, L_UCHAR* pPreamble, L_UINT16 nLength);

/// Sets them; zeros behind nLength.
LDICOMNET_API L_VOID EXT_FUNCTION L_DicomSetPreamble(HDICOMDS hDS, const L_UCHAR* pPreamble, L_UINT16 nLength);

/// Makes it hold these bytes, which are copied (an addition): a data set without preamble and meta header.
///
/// They are in the transfer syntax of the presentation context that they will be sent on, and sent as they are. nLength
/// 0 removes them. DICOM_ERROR_NULL_PTR for NULL with a length.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomSetEncoded(HDICOMDS hDS, const L_UCHAR* pData, L_UINT32 nLength);

/// The encoded bytes (an addition), in its own transfer syntax: of one that was received, that of the presentation
/// context it came on.
///
/// NULL when there are none, they cannot be read, or are 4 GiB or more. pnLength may be NULL. Valid until the data set
/// is changed or freed.
LDICOMNET_API const L_UCHAR* EXT_FUNCTION L_DicomGetEncoded(HDICOMDS hDS, L_UINT32* pnLength);

/// The directory of temporary files of all data sets that name none; "" is the system's. Valid for ever.
LDICOMNET_API L_TCHAR* EXT_FUNCTION L_DicomGetDefaultDicomTempPath(L_VOID);

/// Sets it.
LDICOMNET_API L_VOID EXT_FUNCTION L_DicomSetDefaultDicomTempPath(const L_TCHAR* pszPath);

/// DS_* flags that L_DicomLoadDS and L_DicomLoadDSMemory add to their own. 0 at first.
LDICOMNET_API L_UINT EXT_FUNCTION L_DicomGetLoadFileFlags(HDICOMDS hDS);

/// Sets them.
LDICOMNET_API L_VOID EXT_FUNCTION L_DicomSetLoadFileFlags(HDICOMDS hDS, L_UINT uFlags);

// ---- Elements, in the order of their tags --------------------------------------------------

/// Inserts an element: below pNeighbor with bChild, else on its level; NULL is the root.
///
/// nVR 0 takes the standard's VR. bSequence: it is a sequence. An item is inserted below its sequence with TAG_ITEM,
/// nIndex saying its place among the others, ELEMENT_INDEX_MAX the last. NULL when the level has the tag already, or
/// the element cannot be there.
LDICOMNET_API pDICOMELEMENT EXT_FUNCTION L_DicomInsertElement(HDICOMDS hDS, pDICOMELEMENT pNeighbor, L_BOOL bChild,
                                                              L_UINT32 nTag, L_UINT16 nVR, L_BOOL bSequence,
                                                              L_UINT32 nIndex);

/// Deletes an element with all inside it. Returns the next one of its level, or NULL.
LDICOMNET_API pDICOMELEMENT EXT_FUNCTION L_DicomDeleteElement(HDICOMDS hDS, pDICOMELEMENT pElement);

/// The element of the root level that pElement is inside of, or is itself; the first one for NULL.
LDICOMNET_API pDICOMELEMENT EXT_FUNCTION L_DicomGetRootElement(HDICOMDS hDS, pDICOMELEMENT pElement);

/// The sequence of an item, the item of an element; NULL on the root level.
LDICOMNET_API pDICOMELEMENT EXT_FUNCTION L_DicomGetParentElement(HDICOMDS hDS, pDICOMELEMENT pElement);

/// The first item of a sequence, the first element of an item; the first of all for NULL.
LDICOMNET_API pDICOMELEMENT EXT_FUNCTION L_DicomGetChildElement(HDICOMDS hDS, pDICOMELEMENT pElement, L_BOOL bVolatile);

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

/// How many elements it is inside of: 0 on the root level, 1 for an item of a sequence there.
LDICOMNET_API L_UINT32 EXT_FUNCTION L_DicomGetLevelElement(HDICOMDS hDS, pDICOMELEMENT pElement);

/// Whether pElement is an element of this data set.
LDICOMNET_API L_BOOL EXT_FUNCTION L_DicomExistsElement(HDICOMDS hDS, pDICOMELEMENT pElement);

/// L_FALSE: no element here is volatile.
LDICOMNET_API L_BOOL EXT_FUNCTION L_DicomIsVolatileElement(HDICOMDS hDS, pDICOMELEMENT pElement);

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

/// The first element with this tag inside pParent, of all for NULL; bNextLevelOnly: only its children.
LDICOMNET_API pDICOMELEMENT EXT_FUNCTION L_DicomFindFirstDescendant(HDICOMDS hDS, pDICOMELEMENT pParent, L_UINT32 nTag,
                                                                    L_BOOL bNextLevelOnly);

/// The next behind pElement with the same tag inside pParent.
LDICOMNET_API pDICOMELEMENT EXT_FUNCTION L_DicomFindNextDescendant(HDICOMDS hDS, pDICOMELEMENT pParent,
                                                                   pDICOMELEMENT pElement, L_BOOL bNextLevelOnly);

// ---- Modules and keys ----------------------------------------------------------------------

/// Inserts the elements of a module (MODULE_*), without values; those that are there stay. NULL for a number that is
/// none.
///
/// bOptional: also those that the standard makes optional. The pDICOMMODULE is valid until the next function of this
/// section.
LDICOMNET_API pDICOMMODULE EXT_FUNCTION L_DicomInsertModule(HDICOMDS hDS, L_UINT32 nModule, L_BOOL bOptional);

/// Deletes them.
LDICOMNET_API L_VOID EXT_FUNCTION L_DicomDeleteModule(HDICOMDS hDS, L_UINT32 nModule);

/// What is there of a module; NULL when nothing is.
LDICOMNET_API pDICOMMODULE EXT_FUNCTION L_DicomFindModule(HDICOMDS hDS, L_UINT32 nModule);

/// How many modules the class of the data set has.
LDICOMNET_API L_UINT32 EXT_FUNCTION L_DicomGetCountModule(HDICOMDS hDS);

/// The one at a place, from 0; NULL past the last.
LDICOMNET_API pDICOMMODULE EXT_FUNCTION L_DicomFindIndexModule(HDICOMDS hDS, L_UINT32 nIndex);

/// Inserts a record of a media directory behind those below pParent (dicom_ds.h says what a key is). NULL for an empty
/// name, or a parent that is no record.
LDICOMNET_API pDICOMELEMENT EXT_FUNCTION L_DicomInsertKey(HDICOMDS hDS, pDICOMELEMENT pParent, const L_TCHAR* pszKey,
                                                          L_BOOL bOptional);

/// Deletes a record, and those below it.
LDICOMNET_API L_VOID EXT_FUNCTION L_DicomDeleteKey(HDICOMDS hDS, pDICOMELEMENT pKey);

/// The first record of this type below pParent, of any type for NULL.
LDICOMNET_API pDICOMELEMENT EXT_FUNCTION L_DicomFindFirstKey(HDICOMDS hDS, pDICOMELEMENT pParent, const L_TCHAR* pszKey,
                                                             L_BOOL bTree);

/// The last one.
LDICOMNET_API pDICOMELEMENT EXT_FUNCTION L_DicomFindLastKey(HDICOMDS hDS, pDICOMELEMENT pParent, const L_TCHAR* pszKey,
                                                            L_BOOL bTree);

/// The record of the same type before pKey.
LDICOMNET_API pDICOMELEMENT EXT_FUNCTION L_DicomFindPrevKey(HDICOMDS hDS, pDICOMELEMENT pKey, L_BOOL bTree);

/// The record of the same type behind pKey.
LDICOMNET_API pDICOMELEMENT EXT_FUNCTION L_DicomFindNextKey(HDICOMDS hDS, pDICOMELEMENT pKey, L_BOOL bTree);

LDICOMNET_C_END

#endif  // LDICOMNET_C_API_DS_H
