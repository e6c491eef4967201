/// \file
/// The C functions of the UIDs that the library knows by name. Each is the member of LDicomUID (dicom_uid.h) of the
/// same name.
///
/// One list for the whole process, in the order of the UIDs' numbers; every function may be called from any thread. A
/// pDICOMUID and its texts are for reading. Those of the standard are valid for ever, those of L_DicomInsertUID and
/// L_DicomLoadXmlUID until L_DicomDeleteUID, L_DicomDefaultUID, or an L_DicomLoadXmlUID that replaces it; one that is
/// not on the list, NULL included, is treated as not found.

#ifndef LDICOMNET_C_API_UID_H
#define LDICOMNET_C_API_UID_H

#include "ldicomnet/ds_constants.h"
#include "ldicomnet/export.h"
#include "ldicomnet/structs.h"
#include "ldicomnet/types.h"
#include "ldicomnet/uids.h"

LDICOMNET_C_BEGIN

/// The UID with this code, or NULL. NULs and spaces at its end do not count.
LDICOMNET_API pDICOMUID EXT_FUNCTION L_DicomFindUID(const L_TCHAR* pszCode);

/// The first one, or NULL.
LDICOMNET_API pDICOMUID EXT_FUNCTION L_DicomGetFirstUID(L_VOID);

/// The last one, or NULL.
LDICOMNET_API pDICOMUID EXT_FUNCTION L_DicomGetLastUID(L_VOID);

/// The one before pUID, or NULL.
LDICOMNET_API pDICOMUID EXT_FUNCTION L_DicomGetPrevUID(const DICOMUID* pUID);

/// The one behind pUID, or NULL.
LDICOMNET_API pDICOMUID EXT_FUNCTION L_DicomGetNextUID(const DICOMUID* pUID);

/// Whether pUID is on the list.
LDICOMNET_API L_BOOL EXT_FUNCTION L_DicomExistsUID(const DICOMUID* pUID);

/// How many are on the list.
LDICOMNET_API L_UINT32 EXT_FUNCTION L_DicomGetCountUID(L_VOID);

/// Puts a UID on the list; both texts are copied.
///
/// nType: UID_TYPE_*. NULL when the code is on the list already or is no UID (PS3.5 9.1), when pszName is NULL, for an
/// unknown type, and when memory is short.
LDICOMNET_API pDICOMUID EXT_FUNCTION L_DicomInsertUID(const L_TCHAR* pszCode, const L_TCHAR* pszName, L_UINT16 nType);

/// Takes one off the list. Returns the next one, or NULL.
LDICOMNET_API pDICOMUID EXT_FUNCTION L_DicomDeleteUID(const DICOMUID* pUID);

/// Makes the list that of the standard again.
LDICOMNET_API L_VOID EXT_FUNCTION L_DicomDefaultUID(L_VOID);

/// Puts the UIDs of an XML file on the list, in the places of those that have their codes; uFlags is 0. All, or on an
/// error none. LDicomUID::LoadXml says what the file looks like, and the errors.
LDICOMNET_API L_UINT16 EXT_FUNCTION L_DicomLoadXmlUID(const L_TCHAR* pszFile, L_UINT32 uFlags);

LDICOMNET_C_END

#endif  // LDICOMNET_C_API_UID_H
