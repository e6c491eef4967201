/// \file
/// The C functions of the values of a data set's or command set's elements.
///
/// Each is the member of LDicomDS of the same name, and dicom_ds.h says the particulars.
///
/// - Value pointers belong to the data set until L_DicomFreeValue, or its next change. A value stays where it is when
/// another
///   is asked for, but where the element has more than 16 MiB: there a pointer is good until the next call for the same
///   element.
/// - Values are counted from 0. Getters answer NULL, 0 or L_FALSE where the VR or the index does not fit; setters
/// answer
///   L_FALSE and have changed nothing. nCount 0 sets an empty value; else pValue is not NULL.

#ifndef LDICOMNET_C_API_DS_VALUES_H
#define LDICOMNET_C_API_DS_VALUES_H

#include "ldicomnet/ds_constants.h"
#include "ldicomnet/errors.h"
#include "ldicomnet/export.h"
#include "ldicomnet/structs.h"
#include "ldicomnet/types.h"

LDICOMNET_C_BEGIN

// ---- Numbers and bytes ---------------------------------------------------------------------

/// How many values an element has: numbers and bytes by their size, texts by the backslashes between them.
LDICOMNET_API L_UINT32 EXT_FUNCTION L_DicomGetCountValue(HDICOMDS hDS, pDICOMELEMENT pElement);

/// Ends the validity of the value pointers taken from an element, and frees what they needed.
LDICOMNET_API L_VOID EXT_FUNCTION L_DicomFreeValue(HDICOMDS hDS, pDICOMELEMENT pElement);

/// Copies nLength bytes of an element in little endian order, text as it is encoded; at most its length.
LDICOMNET_API L_BOOL EXT_FUNCTION L_DicomGetBinaryValue(HDICOMDS hDS, pDICOMELEMENT pElement, L_VOID* pValue,
                                                        L_UINT32 nLength);

/// Sets an element's bytes. Numbers take whole values only; a value of a command set has 65534 bytes at most.
LDICOMNET_API L_BOOL EXT_FUNCTION L_DicomSetBinaryValue(HDICOMDS hDS, pDICOMELEMENT pElement, const L_VOID* pValue,
                                                        L_UINT32 nLength);

/// VR OB and UN, and fragments of pixel data: nCount values from nIndex.
LDICOMNET_API L_UCHAR* EXT_FUNCTION L_DicomGetCharValue(HDICOMDS hDS, pDICOMELEMENT pElement, L_UINT32 nIndex,
                                                        L_UINT32 nCount);

/// The same VRs: sets nCount values.
LDICOMNET_API L_BOOL EXT_FUNCTION L_DicomSetCharValue(HDICOMDS hDS, pDICOMELEMENT pElement, const L_UCHAR* pValue,
                                                      L_UINT32 nCount);

/// VR US, SS and OW: nCount values from nIndex.
LDICOMNET_API L_INT16* EXT_FUNCTION L_DicomGetShortValue(HDICOMDS hDS, pDICOMELEMENT pElement, L_UINT32 nIndex,
                                                         L_UINT32 nCount);

/// The same VRs: sets nCount values.
LDICOMNET_API L_BOOL EXT_FUNCTION L_DicomSetShortValue(HDICOMDS hDS, pDICOMELEMENT pElement, const L_INT16* pValue,
                                                       L_UINT32 nCount);

/// VR UL, SL, AT (the tag, as MAKETAG makes it), OL and IS: nCount values from nIndex.
LDICOMNET_API L_INT32* EXT_FUNCTION L_DicomGetLongValue(HDICOMDS hDS, pDICOMELEMENT pElement, L_UINT32 nIndex,
                                                        L_UINT32 nCount);

/// The same VRs: sets nCount values.
LDICOMNET_API L_BOOL EXT_FUNCTION L_DicomSetLongValue(HDICOMDS hDS, pDICOMELEMENT pElement, const L_INT32* pValue,
                                                      L_UINT32 nCount);

/// VR UV, SV and OV: nCount values from nIndex.
LDICOMNET_API L_INT64* EXT_FUNCTION L_DicomGetLong64Value(HDICOMDS hDS, pDICOMELEMENT pElement, L_UINT32 nIndex,
                                                          L_UINT32 nCount);

/// The same VRs: sets nCount values.
LDICOMNET_API L_BOOL EXT_FUNCTION L_DicomSetLong64Value(HDICOMDS hDS, pDICOMELEMENT pElement, const L_INT64* pValue,
                                                        L_UINT32 nCount);

/// VR FL and OF: nCount values from nIndex.
LDICOMNET_API L_FLOAT* EXT_FUNCTION L_DicomGetFloatValue(HDICOMDS hDS, pDICOMELEMENT pElement, L_UINT32 nIndex,
                                                         L_UINT32 nCount);

/// The same VRs: sets nCount values.
LDICOMNET_API L_BOOL EXT_FUNCTION L_DicomSetFloatValue(HDICOMDS hDS, pDICOMELEMENT pElement, const L_FLOAT* pValue,
                                                       L_UINT32 nCount);

/// VR FD, OD and DS: nCount values from nIndex.
LDICOMNET_API L_DOUBLE* EXT_FUNCTION L_DicomGetDoubleValue(HDICOMDS hDS, pDICOMELEMENT pElement, L_UINT32 nIndex,
                                                           L_UINT32 nCount);

/// The same VRs: sets nCount values.
LDICOMNET_API L_BOOL EXT_FUNCTION L_DicomSetDoubleValue(HDICOMDS hDS, pDICOMELEMENT pElement, const L_DOUBLE* pValue,
                                                        L_UINT32 nCount);

// ---- Texts ---------------------------------------------------------------------------------

/// Text: nCount values from nIndex one after another, each ended by NUL, without their padding, in UTF-8.
LDICOMNET_API L_TCHAR* EXT_FUNCTION L_DicomGetStringValue(HDICOMDS hDS, pDICOMELEMENT pElement, L_UINT32 nIndex,
                                                          L_UINT32 nCount);

/// The same: L_TCHAR is L_CHAR.
LDICOMNET_API L_CHAR* EXT_FUNCTION L_DicomGetStringValueA(HDICOMDS hDS, pDICOMELEMENT pElement, L_UINT32 nIndex,
                                                          L_UINT32 nCount);

/// Text: sets nCount values, which follow one another at pValue, each ended by NUL.
///
/// They are written in this character set (DICOM_CHARACTER_SET_*; _DEFAULT: that of the data set), which is added to
/// the specific character set (0008,0005) where the text needs it. L_FALSE for what is not UTF-8, or has characters
/// that the set does not have. A command set takes DICOM_CHARACTER_SET_DEFAULT alone.
LDICOMNET_API L_BOOL EXT_FUNCTION L_DicomSetStringValue(HDICOMDS hDS, pDICOMELEMENT pElement, const L_TCHAR* pValue,
                                                        L_UINT32 nCount, L_UINT32 uCharacterSet);

/// The same in the character set of the data set.
LDICOMNET_API L_BOOL EXT_FUNCTION L_DicomSetStringValue2(HDICOMDS hDS, pDICOMELEMENT pElement, const L_TCHAR* pValue,
                                                         L_UINT32 nCount);

/// Any VR as text, values separated by backslashes.
///
/// Returns the characters of the whole text without its NUL. Destination gets as much as fits into DestSizeInWords
/// characters, ended by NUL, and may be NULL to ask for the length.
LDICOMNET_API L_UINT32 EXT_FUNCTION L_DicomGetConvertValue(HDICOMDS hDS, pDICOMELEMENT pElement, L_TCHAR* Destination,
                                                           L_UINT32 DestSizeInWords);

/// Sets any VR from such a text, which has nCount values.
LDICOMNET_API L_BOOL EXT_FUNCTION L_DicomSetConvertValue(HDICOMDS hDS, pDICOMELEMENT pElement, const L_TCHAR* pszValue,
                                                         L_UINT32 nCount);

// ---- Ages, dates, times (VR AS, DA, TM, DT), and ranges of them in queries -----------------

/// nCount values from nIndex; NULL where one of them is not of the VR's form.
LDICOMNET_API pVALUEAGE EXT_FUNCTION L_DicomGetAgeValue(HDICOMDS hDS, pDICOMELEMENT pElement, L_UINT32 nIndex,
                                                        L_UINT32 nCount);

/// Sets nCount values.
LDICOMNET_API L_BOOL EXT_FUNCTION L_DicomSetAgeValue(HDICOMDS hDS, pDICOMELEMENT pElement, const VALUEAGE* pValue,
                                                     L_UINT32 nCount);

/// nCount values from nIndex; NULL where one of them is not of the VR's form.
LDICOMNET_API pVALUEDATE EXT_FUNCTION L_DicomGetDateValue(HDICOMDS hDS, pDICOMELEMENT pElement, L_UINT32 nIndex,
                                                          L_UINT32 nCount);

/// Sets nCount values.
LDICOMNET_API L_BOOL EXT_FUNCTION L_DicomSetDateValue(HDICOMDS hDS, pDICOMELEMENT pElement, const VALUEDATE* pValue,
                                                      L_UINT32 nCount);

/// nCount values from nIndex; NULL where one of them is not of the VR's form.
LDICOMNET_API pVALUETIME EXT_FUNCTION L_DicomGetTimeValue(HDICOMDS hDS, pDICOMELEMENT pElement, L_UINT32 nIndex,
                                                          L_UINT32 nCount);

/// Sets nCount values.
LDICOMNET_API L_BOOL EXT_FUNCTION L_DicomSetTimeValue(HDICOMDS hDS, pDICOMELEMENT pElement, const VALUETIME* pValue,
                                                      L_UINT32 nCount);

/// nCount values from nIndex; NULL where one of them is not of the VR's form.
LDICOMNET_API pVALUEDATETIME EXT_FUNCTION L_DicomGetDateTimeValue(HDICOMDS hDS, pDICOMELEMENT pElement, L_UINT32 nIndex,
                                                                  L_UINT32 nCount);

/// Sets nCount values.
LDICOMNET_API L_BOOL EXT_FUNCTION L_DicomSetDateTimeValue(HDICOMDS hDS, pDICOMELEMENT pElement,
                                                          const VALUEDATETIME* pValue, L_UINT32 nCount);

/// One value, which may be a range. DICOM_ERROR_PARAMETER where there is none, DICOM_ERROR_FORMAT for what is neither.
LDICOMNET_API L_INT EXT_FUNCTION L_DicomGetDateRangeValue(HDICOMDS hDS, pDICOMELEMENT pElement, L_UINT32 nIndex,
                                                          pVALUEDATERANGE pValue);

/// Sets nCount values.
LDICOMNET_API L_BOOL EXT_FUNCTION L_DicomSetDateRangeValue(HDICOMDS hDS, pDICOMELEMENT pElement,
                                                           const VALUEDATERANGE* pValue, L_UINT32 nCount);

/// One value, which may be a range. DICOM_ERROR_PARAMETER where there is none, DICOM_ERROR_FORMAT for what is neither.
LDICOMNET_API L_INT16 EXT_FUNCTION L_DicomGetTimeRangeValue(HDICOMDS hDS, pDICOMELEMENT pElement, L_UINT32 nIndex,
                                                            pVALUETIMERANGE pValue);

/// Sets nCount values.
LDICOMNET_API L_BOOL EXT_FUNCTION L_DicomSetTimeRangeValue(HDICOMDS hDS, pDICOMELEMENT pElement,
                                                           const VALUETIMERANGE* pValue, L_UINT32 nCount);

/// One value, which may be a range. DICOM_ERROR_PARAMETER where there is none, DICOM_ERROR_FORMAT for what is neither.
LDICOMNET_API L_INT16 EXT_FUNCTION L_DicomGetDateTimeRangeValue(HDICOMDS hDS, pDICOMELEMENT pElement, L_UINT32 nIndex,
                                                                pVALUEDATETIMERANGE pValue);

/// Sets nCount values.
LDICOMNET_API L_BOOL EXT_FUNCTION L_DicomSetDateTimeRangeValue(HDICOMDS hDS, pDICOMELEMENT pElement,
                                                               const VALUEDATETIMERANGE* pValue, L_UINT32 nCount);

LDICOMNET_C_END

#endif  // LDICOMNET_C_API_DS_VALUES_H
