// The C functions of values (c_api_ds_values.h): each looks its handle up and calls the member of LDicomDS.

#include "ldicomnet/c_api_ds_values.h"

#include "c_api_ds_call.h"

using ldicomnet::detail::Ask;
using ldicomnet::detail::Code;
using ldicomnet::detail::Tell;

LDICOMNET_C_BEGIN

// ---- Numbers and bytes ---------------------------------------------------------------------

L_UINT32 EXT_FUNCTION L_DicomGetCountValue(HDICOMDS hDS, pDICOMELEMENT pElement) {
  return Ask<L_UINT32>(hDS, 0, [&](LDicomDS& object) { return object.GetCountValue(pElement); });
}

L_VOID EXT_FUNCTION L_DicomFreeValue(HDICOMDS hDS, pDICOMELEMENT pElement) {
  Tell(hDS, [&](LDicomDS& object) { object.FreeValue(pElement); });
}

L_BOOL EXT_FUNCTION L_DicomGetBinaryValue(HDICOMDS hDS, pDICOMELEMENT pElement, L_VOID* pValue, L_UINT32 nLength) {
  return Ask<L_BOOL>(hDS, L_FALSE, [&](LDicomDS& object) { return object.GetBinaryValue(pElement, pValue, nLength); });
}

L_BOOL EXT_FUNCTION L_DicomSetBinaryValue(HDICOMDS hDS, pDICOMELEMENT pElement, const L_VOID* pValue,
                                          L_UINT32 nLength) {
  return Ask<L_BOOL>(hDS, L_FALSE, [&](LDicomDS& object) { return object.SetBinaryValue(pElement, pValue, nLength); });
}

L_UCHAR* EXT_FUNCTION L_DicomGetCharValue(HDICOMDS hDS, pDICOMELEMENT pElement, L_UINT32 nIndex, L_UINT32 nCount) {
  return Ask<L_UCHAR*>(hDS, nullptr, [&](LDicomDS& object) { return object.GetCharValue(pElement, nIndex, nCount); });
}

L_BOOL EXT_FUNCTION L_DicomSetCharValue(HDICOMDS hDS, pDICOMELEMENT pElement, const L_UCHAR* pValue, L_UINT32 nCount) {
  return Ask<L_BOOL>(hDS, L_FALSE, [&](LDicomDS& object) { return object.SetCharValue(pElement, pValue, nCount); });
}

L_INT16* EXT_FUNCTION L_DicomGetShortValue(HDICOMDS hDS, pDICOMELEMENT pElement, L_UINT32 nIndex, L_UINT32 nCount) {
  return Ask<L_INT16*>(hDS, nullptr, [&](LDicomDS& object) { return object.GetShortValue(pElement, nIndex, nCount); });
}

L_BOOL EXT_FUNCTION L_DicomSetShortValue(HDICOMDS hDS, pDICOMELEMENT pElement, const L_INT16* pValue, L_UINT32 nCount) {
  return Ask<L_BOOL>(hDS, L_FALSE, [&](LDicomDS& object) { return object.SetShortValue(pElement, pValue, nCount); });
}

L_INT32* EXT_FUNCTION L_DicomGetLongValue(HDICOMDS hDS, pDICOMELEMENT pElement, L_UINT32 nIndex, L_UINT32 nCount) {
  return Ask<L_INT32*>(hDS, nullptr, [&](LDicomDS& object) { return object.GetLongValue(pElement, nIndex, nCount); });
}

L_BOOL EXT_FUNCTION L_DicomSetLongValue(HDICOMDS hDS, pDICOMELEMENT pElement, const L_INT32* pValue, L_UINT32 nCount) {
  return Ask<L_BOOL>(hDS, L_FALSE, [&](LDicomDS& object) { return object.SetLongValue(pElement, pValue, nCount); });
}

L_INT64* EXT_FUNCTION L_DicomGetLong64Value(HDICOMDS hDS, pDICOMELEMENT pElement, L_UINT32 nIndex, L_UINT32 nCount) {
  return Ask<L_INT64*>(hDS, nullptr, [&](LDicomDS& object) { return object.GetLong64Value(pElement, nIndex, nCount); });
}

L_BOOL EXT_FUNCTION L_DicomSetLong64Value(HDICOMDS hDS, pDICOMELEMENT pElement, const L_INT64* pValue,
                                          L_UINT32 nCount) {
  return Ask<L_BOOL>(hDS, L_FALSE, [&](LDicomDS& object) { return object.SetLong64Value(pElement, pValue, nCount); });
}

L_FLOAT* EXT_FUNCTION L_DicomGetFloatValue(HDICOMDS hDS, pDICOMELEMENT pElement, L_UINT32 nIndex, L_UINT32 nCount) {
  return Ask<L_FLOAT*>(hDS, nullptr, [&](LDicomDS& object) { return object.GetFloatValue(pElement, nIndex, nCount); });
}

L_BOOL EXT_FUNCTION L_DicomSetFloatValue(HDICOMDS hDS, pDICOMELEMENT pElement, const L_FLOAT* pValue, L_UINT32 nCount) {
  return Ask<L_BOOL>(hDS, L_FALSE, [&](LDicomDS& object) { return object.SetFloatValue(pElement, pValue, nCount); });
}

L_DOUBLE* EXT_FUNCTION L_DicomGetDoubleValue(HDICOMDS hDS, pDICOMELEMENT pElement, L_UINT32 nIndex, L_UINT32 nCount) {
  return Ask<L_DOUBLE*>(hDS, nullptr,
                        [&](LDicomDS& object) { return object.GetDoubleValue(pElement, nIndex, nCount); });
}

L_BOOL EXT_FUNCTION L_DicomSetDoubleValue(HDICOMDS hDS, pDICOMELEMENT pElement, const L_DOUBLE* pValue,
                                          L_UINT32 nCount) {
  return Ask<L_BOOL>(hDS, L_FALSE, [&](LDicomDS& object) { return object.SetDoubleValue(pElement, pValue, nCount); });
}

// ---- Texts ---------------------------------------------------------------------------------

L_TCHAR* EXT_FUNCTION L_DicomGetStringValue(HDICOMDS hDS, pDICOMELEMENT pElement, L_UINT32 nIndex, L_UINT32 nCount) {
  return Ask<L_TCHAR*>(hDS, nullptr, [&](LDicomDS& object) { return object.GetStringValue(pElement, nIndex, nCount); });
}

L_CHAR* EXT_FUNCTION L_DicomGetStringValueA(HDICOMDS hDS, pDICOMELEMENT pElement, L_UINT32 nIndex, L_UINT32 nCount) {
  return Ask<L_CHAR*>(hDS, nullptr, [&](LDicomDS& object) { return object.GetStringValueA(pElement, nIndex, nCount); });
}

L_BOOL EXT_FUNCTION L_DicomSetStringValue(HDICOMDS hDS, pDICOMELEMENT pElement, const L_TCHAR* pValue, L_UINT32 nCount,
                                          L_UINT32 uCharacterSet) {
  return Ask<L_BOOL>(hDS, L_FALSE,
                     [&](LDicomDS& object) { return object.SetStringValue(pElement, pValue, nCount, uCharacterSet); });
}

L_BOOL EXT_FUNCTION L_DicomSetStringValue2(HDICOMDS hDS, pDICOMELEMENT pElement, const L_TCHAR* pValue,
                                           L_UINT32 nCount) {
  return Ask<L_BOOL>(hDS, L_FALSE, [&](LDicomDS& object) { return object.SetStringValue(pElement, pValue, nCount); });
}

L_UINT32 EXT_FUNCTION L_DicomGetConvertValue(HDICOMDS hDS, pDICOMELEMENT pElement, L_TCHAR* Destination,
                                             L_UINT32 DestSizeInWords) {
  if (Destination != nullptr && DestSizeInWords != 0)
    Destination[0] = '\0';
  return Ask<L_UINT32>(
      hDS, 0, [&](LDicomDS& object) { return object.GetConvertValue(pElement, Destination, DestSizeInWords); });
}

L_BOOL EXT_FUNCTION L_DicomSetConvertValue(HDICOMDS hDS, pDICOMELEMENT pElement, const L_TCHAR* pszValue,
                                           L_UINT32 nCount) {
  return Ask<L_BOOL>(hDS, L_FALSE,
                     [&](LDicomDS& object) { return object.SetConvertValue(pElement, pszValue, nCount); });
}

// ---- Ages, dates, times (VR AS, DA, TM, DT), and ranges of them in queries -----------------

pVALUEAGE EXT_FUNCTION L_DicomGetAgeValue(HDICOMDS hDS, pDICOMELEMENT pElement, L_UINT32 nIndex, L_UINT32 nCount) {
  return Ask<pVALUEAGE>(hDS, nullptr, [&](LDicomDS& object) { return object.GetAgeValue(pElement, nIndex, nCount); });
}

L_BOOL EXT_FUNCTION L_DicomSetAgeValue(HDICOMDS hDS, pDICOMELEMENT pElement, const VALUEAGE* pValue, L_UINT32 nCount) {
  return Ask<L_BOOL>(hDS, L_FALSE, [&](LDicomDS& object) { return object.SetAgeValue(pElement, pValue, nCount); });
}

pVALUEDATE EXT_FUNCTION L_DicomGetDateValue(HDICOMDS hDS, pDICOMELEMENT pElement, L_UINT32 nIndex, L_UINT32 nCount) {
  return Ask<pVALUEDATE>(hDS, nullptr, [&](LDicomDS& object) { return object.GetDateValue(pElement, nIndex, nCount); });
}

L_BOOL EXT_FUNCTION L_DicomSetDateValue(HDICOMDS hDS, pDICOMELEMENT pElement, const VALUEDATE* pValue,
                                        L_UINT32 nCount) {
  return Ask<L_BOOL>(hDS, L_FALSE, [&](LDicomDS& object) { return object.SetDateValue(pElement, pValue, nCount); });
}

pVALUETIME EXT_FUNCTION L_DicomGetTimeValue(HDICOMDS hDS, pDICOMELEMENT pElement, L_UINT32 nIndex, L_UINT32 nCount) {
  return Ask<pVALUETIME>(hDS, nullptr, [&](LDicomDS& object) { return object.GetTimeValue(pElement, nIndex, nCount); });
}

L_BOOL EXT_FUNCTION L_DicomSetTimeValue(HDICOMDS hDS, pDICOMELEMENT pElement, const VALUETIME* pValue,
                                        L_UINT32 nCount) {
  return Ask<L_BOOL>(hDS, L_FALSE, [&](LDicomDS& object) { return object.SetTimeValue(pElement, pValue, nCount); });
}

pVALUEDATETIME EXT_FUNCTION L_DicomGetDateTimeValue(HDICOMDS hDS, pDICOMELEMENT pElement, L_UINT32 nIndex,
                                                    L_UINT32 nCount) {
  return Ask<pVALUEDATETIME>(hDS, nullptr,
                             [&](LDicomDS& object) { return object.GetDateTimeValue(pElement, nIndex, nCount); });
}

L_BOOL EXT_FUNCTION L_DicomSetDateTimeValue(HDICOMDS hDS, pDICOMELEMENT pElement, const VALUEDATETIME* pValue,
                                            L_UINT32 nCount) {
  return Ask<L_BOOL>(hDS, L_FALSE, [&](LDicomDS& object) { return object.SetDateTimeValue(pElement, pValue, nCount); });
}

L_INT EXT_FUNCTION L_DicomGetDateRangeValue(HDICOMDS hDS, pDICOMELEMENT pElement, L_UINT32 nIndex,
                                            pVALUEDATERANGE pValue) {
  return Code<L_INT>(hDS, [&](LDicomDS& object) { return object.GetDateRangeValue(pElement, nIndex, pValue); });
}

L_BOOL EXT_FUNCTION L_DicomSetDateRangeValue(HDICOMDS hDS, pDICOMELEMENT pElement, const VALUEDATERANGE* pValue,
                                             L_UINT32 nCount) {
  return Ask<L_BOOL>(hDS, L_FALSE,
                     [&](LDicomDS& object) { return object.SetDateRangeValue(pElement, pValue, nCount); });
}

L_INT16 EXT_FUNCTION L_DicomGetTimeRangeValue(HDICOMDS hDS, pDICOMELEMENT pElement, L_UINT32 nIndex,
                                              pVALUETIMERANGE pValue) {
  return Code<L_INT16>(hDS, [&](LDicomDS& object) { return object.GetTimeRangeValue(pElement, nIndex, pValue); });
}

L_BOOL EXT_FUNCTION L_DicomSetTimeRangeValue(HDICOMDS hDS, pDICOMELEMENT pElement, const VALUETIMERANGE* pValue,
                                             L_UINT32 nCount) {
  return Ask<L_BOOL>(hDS, L_FALSE,
                     [&](LDicomDS& object) { return object.SetTimeRangeValue(pElement, pValue, nCount); });
}

L_INT16 EXT_FUNCTION L_DicomGetDateTimeRangeValue(HDICOMDS hDS, pDICOMELEMENT pElement, L_UINT32 nIndex,
                                                  pVALUEDATETIMERANGE pValue) {
  return Code<L_INT16>(hDS, [&](LDicomDS& object) { return object.GetDateTimeRangeValue(pElement, nIndex, pValue); });
}

L_BOOL EXT_FUNCTION L_DicomSetDateTimeRangeValue(HDICOMDS hDS, pDICOMELEMENT pElement, const VALUEDATETIMERANGE* pValue,
                                                 L_UINT32 nCount) {
  return Ask<L_BOOL>(hDS, L_FALSE,
                     [&](LDicomDS& object) { return object.SetDateTimeRangeValue(pElement, pValue, nCount); });
}

LDICOMNET_C_END
