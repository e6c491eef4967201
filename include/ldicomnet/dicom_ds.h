/// \file
/// LDicomDS: a data set (PS3.5 7), or a command set (PS3.7 6.3): its elements, their values, and the files they are in.
///
/// A command set is an LDicomDS set up with InitCS; there is no class of its own. It must not send, receive or wait.
///
///  - A pDICOMELEMENT is a handle that belongs to its object: it stays valid until its element is deleted, or the whole
///    object is reset, loaded, copied into or destroyed. Its fields are for reading, and brought up to date whenever
///    the object hands it out. A handle of another object, or one that has ended, is treated as not found.
///  - A NULL element means the root. bTree, of all members that take it: L_TRUE looks at the level of the element given
///    (of the root for NULL); L_FALSE takes the data set as one list, in which an element comes before those inside it.
///    bVolatile changes nothing: no element here is volatile. A command set has one level.
///  - Elements are in the order of their tags, items and fragments in the order of the sequence.
///  - Value pointers belong to the object until FreeValue, or the next change of the object.
///  - Text is UTF-8 (L_TCHAR is char), whatever character set the data set has (PS3.5 6.1): it is converted where it is
///    read and written. A command set's text is bytes, and not converted.
///  - A data set that was received or loaded is bytes until an element is asked for, and its values stay where they
///  are,
///    in memory or in the file, until they are asked for. A file that is loaded must not be written to as long as the
///    object is in use; DS_LOAD_CLOSE makes it independent of the file.
///  - One object is for one thread at a time; different objects are independent of each other. Objects that a hook is
///  given
///    belong to the library and end with the hook: keep content with CopyDS.
///  - Members that return L_UINT16 return a code of errors.h. std::bad_alloc is thrown where memory is short and no
///  code
///    can say so.

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
  /// An empty object. pszPath is the directory for temporary files, in which large values are kept that would need much
  /// memory; NULL: GetDefaultDicomTempPath.
  explicit LDicomDS(const L_TCHAR* pszPath = NULL);
  ~LDicomDS();
  LDicomDS(const LDicomDS&) = delete;  // CopyDS copies.
  LDicomDS& operator=(const LDicomDS&) = delete;

  // ---- The whole ----------------------------------------------------------------------------

  /// Empties the object and sets up a data set with the elements of a class, without values but for those that the
  /// class itself says (SOP class, query level). nClass: CLASS_*; CLASS_UNKNOWN, and a number that is none, give an
  /// empty one. nFlags: DS_BIG_ENDIAN or DS_IMPLICIT_VR for the transfer syntax, which else is explicit VR little
  /// endian; and DS_ADD_MANDATORY_*.
  L_VOID InitDS(L_UINT32 nClass, L_UINT16 nFlags);
  /// The class, of InitDS or by the SOP class UID in the data set, CLASS_UNKNOWN for others; and what the data set is,
  /// in flags: DS_METAHEADER_*, byte order, explicit or implicit VR. Either pointer may be NULL.
  L_VOID GetInfoDS(L_UINT32* pnClass, L_UINT16* pnFlags) const;

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

  /// Copies the elements below pSrcParent below pDstParent, with all that is inside them. With both NULL this object
  /// becomes a copy of the whole of pSrcDS, command set or data set, which costs no copy of the values: they are shared
  /// until one of the two changes. With a parent, both are data sets, and an element that is there already is replaced.
  /// Text stays what it is: it is written in the Specific Character Set that counts below pDstParent, which becomes
  /// ISO_IR 192 (UTF-8), with all text it counts for, if it has not all of the characters; where none counts there,
  /// that of the text is taken along. Items keep their own. pfnCallback (not NULL) is asked for each element.
  /// DICOM_ERROR_PARAMETER for a parent that is not there or cannot have these children, and for text that does not fit
  /// into a character set that the standard does not know, which changes nothing; DICOM_ERROR_NULL_PTR.
  L_UINT16 CopyDS(pDICOMELEMENT pDstParent, LDicomDS* pSrcDS, pDICOMELEMENT pSrcParent);
  L_UINT16 CopyDS(pDICOMELEMENT pDstParent, LDicomDS* pSrcDS, pDICOMELEMENT pSrcParent, COPYDSCALLBACK pfnCallback,
                  L_VOID* pUserData);

  /// Checks the form of every element: the VR's, the length, the padding (PS3.5 6.2, 7.1). pfnCallback (NULL for none)
  /// is told each offence, and ends the check with L_FALSE. TRUE when there was none. Texts over 64 KiB are checked for
  /// their length and padding alone; the elements that a class must have are not checked.
  L_BOOL ConformanceDS(CONFORMANCECALLBACK pfnCallback, L_VOID* pUserData) const;
  /// From now on LoadDS and LoadDSMemory do that with what they have loaded. NULL ends it.
  L_VOID SetDebugDS(CONFORMANCECALLBACK pfnCallback, L_VOID* pUserData);

  // ---- Files and bytes ----------------------------------------------------------------------

  /// Loads a file: one of PS3.10, or a bare data set, whose transfer syntax is then what the flags say, or what it
  /// looks like. nFlags: DS_METAHEADER_PRESENT or _ABSENT to allow one of the two alone; DS_BIG_ENDIAN, DS_IMPLICIT_VR
  /// or DS_EXPLICIT_VR for one that does not say itself; DS_LOAD_CLOSE; DS_LOAD_STORE_OFFSETS. Only the meta header is
  /// read. On an error the object is unchanged: DICOM_ERROR_OPEN, _READ, _FORMAT (no data set), _END (the meta header
  /// breaks off), _PARAMETER (flags that exclude each other). Elements behind a place where the bytes are broken are
  /// not there, which ConformanceDS tells.
  L_UINT16 LoadDS(const L_TCHAR* pszName, L_UINT16 nFlags);
  /// The same from memory, which is copied.
  L_UINT16 LoadDSMemory(const L_UCHAR* pBuffer, L_UINT32 uBufferSize, L_UINT16 nFlags);
  /// Saves a data set as a file, which is there whole or not at all. nFlags: DS_METAHEADER_ABSENT or
  /// DS_EXCLUDE_METAHEADER_GROUP for a bare data set; DS_LITTLE_ENDIAN, DS_BIG_ENDIAN, DS_IMPLICIT_VR or DS_EXPLICIT_VR
  /// to convert it to what they say, if it is not that; DS_GROUP_LENGTHS, DS_LENGTH_EXPLICIT. An unchanged one that is
  /// to stay as it is goes byte by byte, linked or copied, without being read. DICOM_ERROR_OPEN, _WRITE, _DISK_FULL,
  /// _TRANSFER_SYNTAX_NOT_SUPPORTED (compressed pixel data that cannot be decompressed), _PARAMETER; and _FORMAT for an
  /// object that holds a command set.
  L_UINT16 SaveDS(const L_TCHAR* pszName, L_UINT16 nFlags) const;

  /// Converts the data set to another transfer syntax: between the uncompressed ones and the deflated one, and from
  /// RLE, JPEG, JPEG-LS, JPEG 2000 and JPEG XL by decompression. Nothing is compressed, so that nQFactor and uFlags
  /// count for nothing. On an error the data set is unchanged: DICOM_ERROR_TRANSFER_SYNTAX_NOT_SUPPORTED; _COMPRESSION
  /// for frames that are damaged, or not what the elements say of them; _PARAMETER for what is no UID.
  L_UINT16 ChangeTransferSyntax(const L_TCHAR* pszUID, L_INT32 nQFactor, L_UINT32 uFlags);
  /// The same into a file: this object stays as it is. uSaveFlags: as nFlags of SaveDS.
  L_UINT16 ChangeTransferSyntax(const L_TCHAR* pszOutfile, const L_TCHAR* pszUID, L_INT32 nQFactor, L_UINT32 uFlags,
                                L_UINT16 uSaveFlags) const;

  /// The bytes before the meta header (PS3.10 7.1): nLength of 128, what is past them being zeros. A shorter one is
  /// set with zeros behind it.
  L_VOID GetPreamble(L_UCHAR* pPreamble, L_UINT16 nLength) const;
  L_VOID SetPreamble(const L_UCHAR* pPreamble, L_UINT16 nLength);

  /// Makes the object hold these bytes, which are copied (an addition): a data set without preamble and meta header, in
  /// the transfer syntax of the presentation context that it will be sent on. They are sent as they are; elements are
  /// read from them as from a bare data set of LoadDSMemory, and once one is changed, it is a data set like any other.
  /// nLength 0 removes them; DICOM_ERROR_NULL_PTR for NULL with a length.
  L_INT SetEncoded(const L_UCHAR* pData, L_UINT32 nLength);
  /// The data set's encoded bytes (an addition), in its own transfer syntax: of one that was received, that of the
  /// presentation context it came on. NULL when there are none, they cannot be read, or are 4 GiB or more. pnLength may
  /// be NULL. Valid until the object is changed. Those of a data set in a file are read into memory.
  const L_UCHAR* GetEncoded(L_UINT32* pnLength) const;

  /// The directory of temporary files of all objects that name none; "" is the system's. Valid for ever. For any
  /// thread.
  static L_TCHAR* GetDefaultDicomTempPath();
  static L_VOID SetDefaultDicomTempPath(const L_TCHAR* pszPath);
  /// DS_* flags that LoadDS and LoadDSMemory add to their own. 0 at first.
  L_UINT GetLoadFileFlags() const;
  L_VOID SetLoadFileFlags(L_UINT uFlags);

  // ---- Elements -----------------------------------------------------------------------------

  /// Inserts an element: below pNeighbor with bChild, else on its level; NULL is the root. nVR 0 takes the standard's
  /// VR (VR_UN for a tag it does not know). bSequence: it is a sequence. An item is inserted below its sequence with
  /// TAG_ITEM, nIndex saying its place among the others, ELEMENT_INDEX_MAX the last; the same for fragments of pixel
  /// data. For all others nIndex changes nothing: the tag says the place. An object without elements becomes a command
  /// set by its first one being of group 0000. NULL when the level has the tag already, or the element cannot be there.
  pDICOMELEMENT InsertElement(pDICOMELEMENT pNeighbor, L_BOOL bChild, L_UINT32 nTag, L_UINT16 nVR, L_BOOL bSequence,
                              L_UINT32 nIndex);
  /// Deletes an element with all inside it. Returns the next one of its level, or NULL.
  pDICOMELEMENT DeleteElement(pDICOMELEMENT pElement);

  /// The element of the root level that pElement is inside of, or is itself; the first one for NULL.
  pDICOMELEMENT GetRootElement(pDICOMELEMENT pElement) const;
  /// The sequence of an item, the item of an element; NULL on the root level.
  pDICOMELEMENT GetParentElement(pDICOMELEMENT pElement) const;
  /// The first item of a sequence, the first element of an item; the first of all for NULL.
  pDICOMELEMENT GetChildElement(pDICOMELEMENT pElement, L_BOOL bVolatile) const;
  pDICOMELEMENT GetFirstElement(pDICOMELEMENT pElement, L_BOOL bTree, L_BOOL bVolatile) const;
  pDICOMELEMENT GetLastElement(pDICOMELEMENT pElement, L_BOOL bTree, L_BOOL bVolatile) const;
  pDICOMELEMENT GetPrevElement(pDICOMELEMENT pElement, L_BOOL bTree, L_BOOL bVolatile) const;
  pDICOMELEMENT GetNextElement(pDICOMELEMENT pElement, L_BOOL bTree, L_BOOL bVolatile) const;
  /// How many elements it is inside of: 0 on the root level, 1 for an item of a sequence there, 2 for its elements.
  L_UINT32 GetLevelElement(pDICOMELEMENT pElement) const;
  L_BOOL ExistsElement(pDICOMELEMENT pElement) const;
  /// Whether the object makes the element up when it is asked for. No element is of that kind here: L_FALSE.
  L_BOOL IsVolatileElement(pDICOMELEMENT pElement) const;

  /// The first and the last element with this tag, or NULL.
  pDICOMELEMENT FindFirstElement(pDICOMELEMENT pElement, L_UINT32 nTag, L_BOOL bTree) const;
  pDICOMELEMENT FindLastElement(pDICOMELEMENT pElement, L_UINT32 nTag, L_BOOL bTree) const;
  /// The one before and behind pElement with the same tag, or NULL.
  pDICOMELEMENT FindPrevElement(pDICOMELEMENT pElement, L_BOOL bTree) const;
  pDICOMELEMENT FindNextElement(pDICOMELEMENT pElement, L_BOOL bTree) const;
  /// The first element with this tag inside pParent (of all for NULL), and the next behind pElement with the same tag.
  /// bNextLevelOnly: only its children.
  pDICOMELEMENT FindFirstDescendant(pDICOMELEMENT pParent, L_UINT32 nTag, L_BOOL bNextLevelOnly) const;
  pDICOMELEMENT FindNextDescendant(pDICOMELEMENT pParent, pDICOMELEMENT pElement, L_BOOL bNextLevelOnly) const;

  // ---- Modules: the elements that the standard groups together ---------------------------------
  //
  // A pDICOMMODULE belongs to the object until the next call of a member of this section, and lists elements of the
  // root level. nModule: MODULE_*.

  /// Inserts the elements of a module, without values; those that are there stay. bOptional: also those that the
  /// standard makes optional. NULL for a number that is none.
  pDICOMMODULE InsertModule(L_UINT32 nModule, L_BOOL bOptional);
  /// Deletes them.
  L_VOID DeleteModule(L_UINT32 nModule);
  /// What is there of a module; NULL when nothing is.
  pDICOMMODULE FindModule(L_UINT32 nModule);
  /// How many modules the class of the data set has (GetInfoDS), and the one at a place, from 0; NULL past the last. It
  /// is empty (nCount 0) when nothing of it is there.
  L_UINT32 GetCountModule() const;
  pDICOMMODULE FindIndexModule(L_UINT32 nIndex);

  // ---- Keys: the records of a media directory (PS3.3 F.3) ---------------------------------------
  //
  // A key is an item of the directory record sequence (0004,1220), named by its directory record type: "PATIENT",
  // "STUDY", "SERIES", "IMAGE". Lower records are those that follow a record until one of its own rank or above, which
  // is how directories are written as a rule; the offsets between records are not looked at. SaveDS fills them in, in
  // the file, for records that were inserted by any function, and corrects those of the others. bTree: only the records
  // directly below pParent (those of the highest rank for NULL), else all below it.

  /// Inserts a record behind those below pParent, with its type and the elements that PS3.3 F.5 gives such a record;
  /// bOptional: also the optional ones. NULL for an empty name, or a parent that is no record.
  pDICOMELEMENT InsertKey(pDICOMELEMENT pParent, const L_TCHAR* pszKey, L_BOOL bOptional);
  /// Deletes a record, and those below it.
  L_VOID DeleteKey(pDICOMELEMENT pKey);
  /// The first and the last record of this type below pParent; of any type for NULL.
  pDICOMELEMENT FindFirstKey(pDICOMELEMENT pParent, const L_TCHAR* pszKey, L_BOOL bTree) const;
  pDICOMELEMENT FindLastKey(pDICOMELEMENT pParent, const L_TCHAR* pszKey, L_BOOL bTree) const;
  /// The one before and behind pKey of the same type; bTree: below the same record.
  pDICOMELEMENT FindPrevKey(pDICOMELEMENT pKey, L_BOOL bTree) const;
  pDICOMELEMENT FindNextKey(pDICOMELEMENT pKey, L_BOOL bTree) const;

  // ---- Values -------------------------------------------------------------------------------
  //
  // Values are counted from 0, and asked for nCount at a time from nIndex on. Getters answer NULL, 0 or FALSE where the
  // VR does not fit, there are fewer values, or they cannot be read; setters answer FALSE and have changed nothing.
  // nCount 0 sets an empty value; else pValue is not NULL. A value of an element stays where it is when another is
  // asked for, but where the element has more than 16 MiB: there a pointer is good until the next call for the same
  // element.

  /// How many values the element has: numbers and bytes by their size, texts by the backslashes between them, 0 when
  /// empty, and for sequences and items.
  L_UINT32 GetCountValue(pDICOMELEMENT pElement) const;
  /// Ends the validity of the value pointers taken from this element, and frees what they needed.
  L_VOID FreeValue(pDICOMELEMENT pElement);

  /// The element's bytes in little endian order, text as it is encoded. GetBinaryValue copies nLength bytes, at most
  /// the element's length. Numbers take whole values only. A value of a command set has 65534 bytes at most.
  L_BOOL GetBinaryValue(pDICOMELEMENT pElement, L_VOID* pValue, L_UINT32 nLength) const;
  L_BOOL SetBinaryValue(pDICOMELEMENT pElement, const L_VOID* pValue, L_UINT32 nLength);

  /// VR OB and UN, and fragments of pixel data.
  L_UCHAR* GetCharValue(pDICOMELEMENT pElement, L_UINT32 nIndex, L_UINT32 nCount);
  L_BOOL SetCharValue(pDICOMELEMENT pElement, const L_UCHAR* pValue, L_UINT32 nCount);
  /// VR US, SS and OW.
  L_INT16* GetShortValue(pDICOMELEMENT pElement, L_UINT32 nIndex, L_UINT32 nCount);
  L_BOOL SetShortValue(pDICOMELEMENT pElement, const L_INT16* pValue, L_UINT32 nCount);
  /// VR UL, SL, AT, OL and IS; an AT value is the tag, as MAKETAG makes it.
  L_INT32* GetLongValue(pDICOMELEMENT pElement, L_UINT32 nIndex, L_UINT32 nCount);
  L_BOOL SetLongValue(pDICOMELEMENT pElement, const L_INT32* pValue, L_UINT32 nCount);
  /// VR UV, SV and OV.
  L_INT64* GetLong64Value(pDICOMELEMENT pElement, L_UINT32 nIndex, L_UINT32 nCount);
  L_BOOL SetLong64Value(pDICOMELEMENT pElement, const L_INT64* pValue, L_UINT32 nCount);
  /// VR FL and OF.
  L_FLOAT* GetFloatValue(pDICOMELEMENT pElement, L_UINT32 nIndex, L_UINT32 nCount);
  L_BOOL SetFloatValue(pDICOMELEMENT pElement, const L_FLOAT* pValue, L_UINT32 nCount);
  /// VR FD, OD and DS. A DS takes what 16 characters hold of a number, and none that is infinite or not a number.
  L_DOUBLE* GetDoubleValue(pDICOMELEMENT pElement, L_UINT32 nIndex, L_UINT32 nCount);
  L_BOOL SetDoubleValue(pDICOMELEMENT pElement, const L_DOUBLE* pValue, L_UINT32 nCount);

  /// Text VRs: nCount values from nIndex one after another, each ended by NUL, without their padding. A value with a
  /// character that its character set does not know has U+FFFD there, and one with a NUL inside ends there.
  L_TCHAR* GetStringValue(pDICOMELEMENT pElement, L_UINT32 nIndex, L_UINT32 nCount);
  /// The same: L_TCHAR is L_CHAR.
  L_CHAR* GetStringValueA(pDICOMELEMENT pElement, L_UINT32 nIndex, L_UINT32 nCount);
  /// Takes values in the form that GetStringValue gives them. They are written in the character set of the data set,
  /// which becomes UTF-8 where it has none and the text needs one; or with uCharacterSet (DICOM_CHARACTER_SET_*) in
  /// that one, which is added to the specific character set (0008,0005) where the text needs it. A backslash in a value
  /// ends it, but for LT, ST, UR and UT. FALSE for what is not UTF-8, or has characters that the set does not have.
  L_BOOL SetStringValue(pDICOMELEMENT pElement, const L_TCHAR* pValue, L_UINT32 nCount);
  L_BOOL SetStringValue(pDICOMELEMENT pElement, const L_TCHAR* pValue, L_UINT32 nCount, L_UINT32 uCharacterSet);

  /// VR AS, DA, TM and DT. An empty value is all zeros; NULL where one asked for is not of the VR's form. The forms
  /// with dots and colons of the standard's predecessor are read as well.
  pVALUEAGE GetAgeValue(pDICOMELEMENT pElement, L_UINT32 nIndex, L_UINT32 nCount);
  pVALUEDATE GetDateValue(pDICOMELEMENT pElement, L_UINT32 nIndex, L_UINT32 nCount);
  pVALUETIME GetTimeValue(pDICOMELEMENT pElement, L_UINT32 nIndex, L_UINT32 nCount);
  pVALUEDATETIME GetDateTimeValue(pDICOMELEMENT pElement, L_UINT32 nIndex, L_UINT32 nCount);
  /// A value that is no age, date or time is refused.
  L_BOOL SetAgeValue(pDICOMELEMENT pElement, const VALUEAGE* pValue, L_UINT32 nCount);
  L_BOOL SetDateValue(pDICOMELEMENT pElement, const VALUEDATE* pValue, L_UINT32 nCount);
  L_BOOL SetTimeValue(pDICOMELEMENT pElement, const VALUETIME* pValue, L_UINT32 nCount);
  L_BOOL SetDateTimeValue(pDICOMELEMENT pElement, const VALUEDATETIME* pValue, L_UINT32 nCount);

  /// The same VRs in a query, where a value may be a range (PS3.4 C.2.2.2.5). DICOM_SUCCESS, DICOM_ERROR_PARAMETER
  /// where there is no such value, DICOM_ERROR_NULL_PTR, DICOM_ERROR_FORMAT for what is neither a range nor a date or
  /// time.
  L_INT GetDateRangeValue(pDICOMELEMENT pElement, L_UINT32 nIndex, pVALUEDATERANGE pValue) const;
  L_INT16 GetTimeRangeValue(pDICOMELEMENT pElement, L_UINT32 nIndex, pVALUETIMERANGE pValue) const;
  L_INT16 GetDateTimeRangeValue(pDICOMELEMENT pElement, L_UINT32 nIndex, pVALUEDATETIMERANGE pValue) const;
  L_BOOL SetDateRangeValue(pDICOMELEMENT pElement, const VALUEDATERANGE* pValue, L_UINT32 nCount);
  L_BOOL SetTimeRangeValue(pDICOMELEMENT pElement, const VALUETIMERANGE* pValue, L_UINT32 nCount);
  L_BOOL SetDateTimeRangeValue(pDICOMELEMENT pElement, const VALUEDATETIMERANGE* pValue, L_UINT32 nCount);

  /// Any VR as text, values separated by backslashes: numbers in decimal, tags as GGGG:EEEE in hexadecimal, other bytes
  /// in hexadecimal; text as it is. Returns the number of characters of the whole text without its NUL; Destination
  /// gets as much as fits into DestSizeInWords, ended by NUL, and may be NULL to ask for the length. Of an element of
  /// more than 16 MiB the text is empty.
  L_UINT32 GetConvertValue(pDICOMELEMENT pElement, L_TCHAR* Destination, L_UINT32 DestSizeInWords) const;
  /// Sets any VR from such a text, which has nCount values. Texts in which a backslash is a character (LT, ST, UR, UT)
  /// are one value. FALSE for another number of values, and where one is not of its VR.
  L_BOOL SetConvertValue(pDICOMELEMENT pElement, const L_TCHAR* pszValue, L_UINT32 nCount);

 private:
  friend struct ldicomnet::detail::DataSetAccess;

  std::unique_ptr<ldicomnet::detail::DataSetState> m_pState;
};

#endif
