/// \file
/// LDicomUID: the UIDs that the library knows by name, those of PS3.6 Annex A and the program's own.
///
/// One list for the whole process, in the order of the UIDs' numbers. Nothing in the library depends on what is on it:
/// it is for showing UIDs to people. Every member may be called from any thread at any time.

#ifndef LDICOMNET_DICOM_UID_H
#define LDICOMNET_DICOM_UID_H

#include "ldicomnet/ds_constants.h"
#include "ldicomnet/export.h"
#include "ldicomnet/structs.h"
#include "ldicomnet/types.h"
#include "ldicomnet/uids.h"

/// All members are static. A pDICOMUID and its texts are for reading. Those of the standard are valid for ever, those
/// of Insert and LoadXml until Delete, Default, or a LoadXml that replaces it; one that is not on the list, NULL
/// included, is treated as not found.
class LDICOMNET_API LDicomUID {
 public:
  LDicomUID() = delete;

  /// The UID with this code, or NULL. NULs and spaces at the end of pszCode, with which UIDs are padded, do not count.
  static pDICOMUID Find(const L_TCHAR* pszCode);
  /// The first and the last one; NULL when all have been deleted.
  static pDICOMUID GetFirst();
  static pDICOMUID GetLast();
  /// The one before and behind; NULL at the end.
  static pDICOMUID GetPrev(const DICOMUID* pUID);
  static pDICOMUID GetNext(const DICOMUID* pUID);
  static L_BOOL Exists(const DICOMUID* pUID);
  static L_UINT32 GetCount();

  /// Puts a UID on the list; both texts are copied. nType: UID_TYPE_*. NULL when the code is on the list already or is
  /// no UID (PS3.5 9.1), when pszName is NULL, and for an unknown type.
  static pDICOMUID Insert(const L_TCHAR* pszCode, const L_TCHAR* pszName, L_UINT16 nType);
  /// Takes one off the list. Returns the next one, or NULL.
  static pDICOMUID Delete(const DICOMUID* pUID);
  /// Makes the list that of the standard again.
  static L_VOID Default();

  /// Puts the UIDs of a file on the list, each in the place of one that has its code, which is deleted. All of them or,
  /// on an error, none. uFlags: 0. The file is XML in UTF-8, of up to 8 MiB, without a document type:
  ///
  ///     <uids>
  ///       <uid code="1.2.3.4" name="Our storage class" type="CLASS"/>
  ///     </uids>
  ///
  /// The type is the name of a UID_TYPE_* without that beginning, in letters of either case; OTHER where there is none.
  /// Other attributes do not count, other elements are an error, and so is a code that comes twice or is no UID.
  /// DICOM_ERROR_OPEN, _READ, _FORMAT, of which the log says more; _PARAMETER; _MEMORY for a file of more than that,
  /// too.
  static L_UINT16 LoadXml(const L_TCHAR* pszFile, L_UINT32 uFlags = 0);
};

#endif  // LDICOMNET_DICOM_UID_H
