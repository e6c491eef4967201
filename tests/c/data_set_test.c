/* The C functions of data sets, each of them: what it does to a data set, and that it touches nothing where its handle
 * is none. Particulars are tested in C++, of which these are the twins. */

#define _POSIX_C_SOURCE 200809L

#include <string.h>

#include "check.h"

static pDICOMELEMENT insert(HDICOMDS ds, pDICOMELEMENT parent, L_UINT32 tag, L_UINT16 vr) {
  return L_DicomInsertElement(ds, parent, L_TRUE, tag, vr, vr == VR_SQ, ELEMENT_INDEX_MAX);
}

static pDICOMELEMENT add_text(HDICOMDS ds, pDICOMELEMENT parent, L_UINT32 tag, const L_TCHAR* text) {
  const pDICOMELEMENT element = insert(ds, parent, tag, 0);
  CHECK(L_DicomSetStringValue2(ds, element, text, 1));
  return element;
}

static int has_text(HDICOMDS ds, L_UINT32 tag, const L_TCHAR* text) {
  const L_TCHAR* const found = L_DicomGetStringValue(ds, L_DicomFindFirstElement(ds, NULL, tag, L_FALSE), 0, 1);
  return found != NULL && strcmp(found, text) == 0;
}

/* ---- Elements ------------------------------------------------------------------------------ */

static void check_elements(void) {
  HDICOMDS ds = L_DicomCreateDS("/tmp");
  const pDICOMELEMENT id = add_text(ds, NULL, TAG_PATIENT_ID, "P");
  const pDICOMELEMENT sequence = insert(ds, NULL, TAG_REFERENCED_STUDY_SEQUENCE, VR_SQ);
  const pDICOMELEMENT first = insert(ds, sequence, TAG_ITEM, 0), second = insert(ds, sequence, TAG_ITEM, 0);
  const pDICOMELEMENT inside = add_text(ds, first, TAG_REFERENCED_SOP_INSTANCE_UID, "1.2");
  const pDICOMELEMENT other = add_text(ds, second, TAG_REFERENCED_SOP_INSTANCE_UID, "1.3");

  CHECK(L_DicomGetFirstElement(ds, NULL, L_TRUE, L_FALSE) == sequence);
  CHECK(L_DicomGetLastElement(ds, NULL, L_TRUE, L_FALSE) == id);
  CHECK(L_DicomGetNextElement(ds, sequence, L_TRUE, L_FALSE) == id);
  CHECK(L_DicomGetNextElement(ds, sequence, L_FALSE, L_FALSE) == first);
  CHECK(L_DicomGetPrevElement(ds, id, L_TRUE, L_FALSE) == sequence);
  CHECK(L_DicomGetRootElement(ds, inside) == sequence);
  CHECK(L_DicomGetParentElement(ds, inside) == first);
  CHECK(L_DicomGetChildElement(ds, first, L_FALSE) == inside);
  CHECK(L_DicomGetLevelElement(ds, inside) == 2);
  CHECK(L_DicomExistsElement(ds, inside) && !L_DicomIsVolatileElement(ds, inside));
  CHECK(L_DicomFindFirstElement(ds, NULL, TAG_REFERENCED_SOP_INSTANCE_UID, L_FALSE) == inside);
  CHECK(L_DicomFindLastElement(ds, NULL, TAG_REFERENCED_SOP_INSTANCE_UID, L_FALSE) == other);
  CHECK(L_DicomFindNextElement(ds, inside, L_FALSE) == other);
  CHECK(L_DicomFindPrevElement(ds, other, L_FALSE) == inside);
  CHECK(L_DicomFindFirstDescendant(ds, sequence, TAG_ITEM, L_TRUE) == first);
  CHECK(L_DicomFindNextDescendant(ds, sequence, first, L_TRUE) == second);
  CHECK(L_DicomDeleteElement(ds, first) == second);
  CHECK(!L_DicomExistsElement(ds, inside));
  L_DicomResetDS(ds);
  CHECK(L_DicomGetFirstElement(ds, NULL, L_FALSE, L_FALSE) == NULL);
  L_DicomFreeDS(ds);
}

/* ---- The whole, files and bytes ------------------------------------------------------------ */

static L_BOOL EXT_CALLBACK leave_out_uids(pDICOMELEMENT pElement, L_UINT16 nFlags, L_VOID* pUserData) {
  CHECK(nFlags == 0);
  ++*(unsigned*)pUserData;
  return pElement->nVR != VR_UI;
}

static L_BOOL EXT_CALLBACK count_offence(pDICOMELEMENT pElement, L_UINT16 nFlags, L_VOID* pUserData) {
  CHECK(pElement->nTag == TAG_MODALITY && nFlags == CONFORMANCE_VR);
  ++*(unsigned*)pUserData;
  return L_TRUE;
}

static void check_whole(void) {
  HDICOMDS ds = L_DicomCreateDS(NULL), copy = L_DicomCreateDS(NULL);
  L_UINT32 number = 0, length = 0;
  L_UINT16 flags = 0;
  unsigned asked = 0, offences = 0;

  L_DicomInitDS(ds, CLASS_SC_IMAGE_STORAGE, DS_BIG_ENDIAN | DS_ADD_MANDATORY_ELEMENTS_ONLY);
  L_DicomGetInfoDS(ds, &number, &flags);
  CHECK(number == CLASS_SC_IMAGE_STORAGE && flags == (DS_METAHEADER_ABSENT | DS_BIG_ENDIAN | DS_EXPLICIT_VR));
  CHECK(has_text(ds, TAG_SOP_CLASS_UID, UID_SC_IMAGE_STORAGE));
  CHECK(L_DicomGetCountModule(ds) == 8);
  CHECK(L_DicomFindIndexModule(ds, 0)->nModule == MODULE_PATIENT);
  CHECK(L_DicomFindIndexModule(ds, 8) == NULL);
  CHECK(L_DicomCopyDSExt(copy, NULL, ds, NULL, leave_out_uids, &asked) == DICOM_SUCCESS);
  CHECK(asked > 20);
  CHECK(L_DicomFindFirstElement(copy, NULL, TAG_SOP_CLASS_UID, L_FALSE) == NULL);
  CHECK(L_DicomCopyDS(copy, NULL, ds, NULL) == DICOM_SUCCESS);
  CHECK(has_text(copy, TAG_SOP_CLASS_UID, UID_SC_IMAGE_STORAGE));
  CHECK(L_DicomCopyDS(copy, NULL, ds, (pDICOMELEMENT)&flags) == DICOM_ERROR_PARAMETER);
  CHECK(L_DicomInsertModule(copy, MODULE_BASIC_FILM_BOX, L_FALSE)->nCount == 2);
  CHECK(L_DicomFindModule(copy, MODULE_BASIC_FILM_BOX)->nCount == 2);
  L_DicomDeleteModule(copy, MODULE_BASIC_FILM_BOX);
  CHECK(L_DicomFindModule(copy, MODULE_BASIC_FILM_BOX) == NULL);

  CHECK(L_DicomConformanceDS(ds, count_offence, &offences) && offences == 0);
  CHECK(L_DicomSetStringValue2(ds, L_DicomFindFirstElement(ds, NULL, TAG_MODALITY, L_FALSE), "ct", 1));
  CHECK(!L_DicomConformanceDS(ds, count_offence, &offences) && offences == 1);
  L_DicomSetDebugDS(copy, count_offence, &offences);
  CHECK(L_DicomGetEncoded(ds, &length) != NULL);
  CHECK(L_DicomLoadDSMemory(copy, L_DicomGetEncoded(ds, NULL), length, DS_BIG_ENDIAN) == DICOM_SUCCESS);
  CHECK(offences == 2);
  L_DicomSetDebugDS(copy, NULL, NULL);
  CHECK(has_text(copy, TAG_SOP_CLASS_UID, UID_SC_IMAGE_STORAGE));

  L_DicomFreeDS(ds);
  L_DicomFreeDS(copy);
}

static void check_files(void) {
  char name[] = "ldicomnet_c_data_set_XXXXXX", other[sizeof(name) + 4];
  const int descriptor = mkstemp(name);
  HDICOMDS ds = L_DicomCreateDS(NULL), loaded = L_DicomCreateDS(NULL);
  L_UCHAR preamble[4] = {0};
  const L_TCHAR* const path = L_DicomGetDefaultDicomTempPath();

  CHECK(descriptor >= 0);
  strcat(strcpy(other, name), ".2");
  add_text(ds, NULL, TAG_SOP_INSTANCE_UID, "1.2.3");
  add_text(ds, NULL, TAG_PATIENT_NAME, "J\xC3\xA9r\xC3\xB4me");
  L_DicomSetPreamble(ds, (const L_UCHAR*)"II*", 3);
  CHECK(L_DicomSaveDS(ds, name, 0) == DICOM_SUCCESS);
  CHECK(L_DicomGetLoadFileFlags(loaded) == 0);
  L_DicomSetLoadFileFlags(loaded, DS_LOAD_STORE_OFFSETS);
  CHECK(L_DicomGetLoadFileFlags(loaded) == DS_LOAD_STORE_OFFSETS);
  CHECK(L_DicomLoadDS(loaded, name, 0) == DICOM_SUCCESS);
  CHECK(L_DicomFindFirstElement(loaded, NULL, TAG_PATIENT_NAME, L_FALSE)->nElementOffset > 132);
  L_DicomGetPreamble(loaded, preamble, 3);
  CHECK(memcmp(preamble, "II*", 4) == 0);
  CHECK(has_text(loaded, TAG_PATIENT_NAME, "J\xC3\xA9r\xC3\xB4me"));
  CHECK(has_text(loaded, TAG_TRANSFER_SYNTAX_UID, UID_EXPLICIT_VR_LITTLE_ENDIAN));
  CHECK(L_DicomChangeTransferSyntax(loaded, UID_IMPLICIT_VR_LITTLE_ENDIAN, 0, 0) == DICOM_SUCCESS);
  CHECK(has_text(loaded, TAG_TRANSFER_SYNTAX_UID, UID_IMPLICIT_VR_LITTLE_ENDIAN));
  CHECK(L_DicomChangeTransferSyntax(loaded, "1.2.3", 0, 0) == DICOM_ERROR_TRANSFER_SYNTAX_NOT_SUPPORTED);
  CHECK(L_DicomChangeTransferSyntax2(loaded, other, UID_EXPLICIT_VR_BIG_ENDIAN, 0, 0, 0) == DICOM_SUCCESS);
  CHECK(L_DicomLoadDS(ds, other, 0) == DICOM_SUCCESS);
  CHECK(has_text(ds, TAG_TRANSFER_SYNTAX_UID, UID_EXPLICIT_VR_BIG_ENDIAN));
  CHECK(remove(name) == 0 && remove(other) == 0);
  CHECK(L_DicomLoadDS(ds, name, 0) == DICOM_ERROR_OPEN);
  CHECK(L_DicomSetEncoded(ds, (const L_UCHAR*)"bytes!", 6) == DICOM_SUCCESS);
  CHECK(memcmp(L_DicomGetEncoded(ds, NULL), "bytes!", 6) == 0);

  L_DicomSetDefaultDicomTempPath("/var/tmp");
  CHECK(strcmp(L_DicomGetDefaultDicomTempPath(), "/var/tmp") == 0);
  L_DicomSetDefaultDicomTempPath(path);
  CHECK(L_DicomGetDefaultDicomTempPath() == path);
  L_DicomFreeDS(ds);
  L_DicomFreeDS(loaded);
}

static void check_keys(void) {
  HDICOMDS ds = L_DicomCreateDS(NULL);
  const pDICOMELEMENT one = L_DicomInsertKey(ds, NULL, "PATIENT", L_FALSE);
  const pDICOMELEMENT two = L_DicomInsertKey(ds, NULL, "PATIENT", L_FALSE);
  const pDICOMELEMENT study = L_DicomInsertKey(ds, one, "STUDY", L_TRUE);
  CHECK(L_DicomFindFirstKey(ds, NULL, "PATIENT", L_TRUE) == one);
  CHECK(L_DicomFindLastKey(ds, NULL, "PATIENT", L_TRUE) == two);
  CHECK(L_DicomFindNextKey(ds, one, L_TRUE) == two);
  CHECK(L_DicomFindPrevKey(ds, two, L_TRUE) == one);
  L_DicomDeleteKey(ds, one);
  CHECK(!L_DicomExistsElement(ds, study));
  L_DicomFreeDS(ds);
}

/* ---- Values -------------------------------------------------------------------------------- */

static void check_numbers(void) {
  HDICOMDS ds = L_DicomCreateDS(NULL);
  const L_UCHAR bytes[] = {1, 2};
  const L_INT16 shorts[] = {1, -2};
  const L_INT32 longs[] = {1, -2};
  const L_INT64 longs64[] = {1, -2};
  const L_FLOAT floats[] = {1.5F, -2};
  const L_DOUBLE doubles[] = {1.5, -2};
  L_UCHAR copy[2] = {0};
  L_TCHAR text[16];
  pDICOMELEMENT element = insert(ds, NULL, MAKETAG(9, 0x1001), VR_OB);
  CHECK(L_DicomSetCharValue(ds, element, bytes, 2) && L_DicomGetCharValue(ds, element, 1, 1)[0] == 2);
  CHECK(L_DicomGetBinaryValue(ds, element, copy, 2) && copy[1] == 2);
  CHECK(L_DicomSetBinaryValue(ds, element, "abcd", 4) && L_DicomGetCountValue(ds, element) == 4);
  element = insert(ds, NULL, MAKETAG(9, 0x1002), VR_SS);
  CHECK(L_DicomSetShortValue(ds, element, shorts, 2) && L_DicomGetShortValue(ds, element, 1, 1)[0] == -2);
  CHECK(L_DicomGetConvertValue(ds, element, text, sizeof(text)) == 4 && strcmp(text, "1\\-2") == 0);
  CHECK(L_DicomSetConvertValue(ds, element, "7\\8\\9", 3) && L_DicomGetShortValue(ds, element, 2, 1)[0] == 9);
  element = insert(ds, NULL, MAKETAG(9, 0x1003), VR_SL);
  CHECK(L_DicomSetLongValue(ds, element, longs, 2) && L_DicomGetLongValue(ds, element, 1, 1)[0] == -2);
  element = insert(ds, NULL, MAKETAG(9, 0x1004), VR_SV);
  CHECK(L_DicomSetLong64Value(ds, element, longs64, 2) && L_DicomGetLong64Value(ds, element, 1, 1)[0] == -2);
  element = insert(ds, NULL, MAKETAG(9, 0x1005), VR_FL);
  CHECK(L_DicomSetFloatValue(ds, element, floats, 2) && L_DicomGetFloatValue(ds, element, 0, 1)[0] == 1.5F);
  element = insert(ds, NULL, MAKETAG(9, 0x1006), VR_FD);
  CHECK(L_DicomSetDoubleValue(ds, element, doubles, 2) && L_DicomGetDoubleValue(ds, element, 0, 1)[0] == 1.5);
  L_DicomFreeValue(ds, element);
  CHECK(L_DicomGetDoubleValue(ds, element, 2, 1) == NULL);
  L_DicomFreeDS(ds);
}

static void check_texts_and_dates(void) {
  HDICOMDS ds = L_DicomCreateDS(NULL);
  const VALUEAGE age = {18, 'Y'};
  const VALUEDATE date = {2024, 2, 29};
  const VALUETIME time = {7, 30, 0, 0};
  const VALUEDATETIME date_time = {2024, 2, 29, 7, 30, 0, 0, 100};
  VALUEDATERANGE dates = {VALUE_RANGE_BOTH, {2020, 1, 1}, {2021, 1, 1}};
  VALUETIMERANGE times = {VALUE_RANGE_UPPER, {0, 0, 0, 0}, {7, 30, 0, 0}};
  VALUEDATETIMERANGE date_times = {VALUE_RANGE_LOWER, {2020, 1, 1, 0, 0, 0, 0, 0}, {0, 0, 0, 0, 0, 0, 0, 0}};
  pDICOMELEMENT element = insert(ds, NULL, TAG_PATIENT_NAME, 0);
  CHECK(L_DicomSetStringValue(ds, element, "J\xC3\xA9\0x", 2, DICOM_CHARACTER_SET_LATIN_ALPHABET_NO_1));
  CHECK(has_text(ds, TAG_SPECIFIC_CHARACTER_SET, "ISO_IR 100"));
  CHECK(element->nLength == 4 && L_DicomGetCountValue(ds, element) == 2);
  CHECK(strcmp(L_DicomGetStringValueA(ds, element, 0, 2), "J\xC3\xA9") == 0);
  CHECK(!L_DicomSetStringValue(ds, element, "\xD0\x9B", 1, DICOM_CHARACTER_SET_DEFAULT));
  element = insert(ds, NULL, TAG_PATIENT_AGE, 0);
  CHECK(L_DicomSetAgeValue(ds, element, &age, 1) && L_DicomGetAgeValue(ds, element, 0, 1)->nReference == 'Y');
  element = insert(ds, NULL, TAG_STUDY_DATE, 0);
  CHECK(L_DicomSetDateValue(ds, element, &date, 1) && L_DicomGetDateValue(ds, element, 0, 1)->nDay == 29);
  CHECK(L_DicomSetDateRangeValue(ds, element, &dates, 1) && has_text(ds, TAG_STUDY_DATE, "20200101-20210101"));
  CHECK(L_DicomGetDateRangeValue(ds, element, 0, &dates) == DICOM_SUCCESS && dates.Date2.nYear == 2021);
  CHECK(L_DicomGetDateRangeValue(ds, element, 0, NULL) == DICOM_ERROR_NULL_PTR);
  element = insert(ds, NULL, TAG_STUDY_TIME, 0);
  CHECK(L_DicomSetTimeValue(ds, element, &time, 1) && L_DicomGetTimeValue(ds, element, 0, 1)->nMinutes == 30);
  CHECK(L_DicomSetTimeRangeValue(ds, element, &times, 1) && has_text(ds, TAG_STUDY_TIME, "-073000"));
  CHECK(L_DicomGetTimeRangeValue(ds, element, 0, &times) == DICOM_SUCCESS && times.Time2.nHours == 7);
  element = insert(ds, NULL, TAG_ACQUISITION_DATE_TIME, 0);
  CHECK(L_DicomSetDateTimeValue(ds, element, &date_time, 1));
  CHECK(L_DicomGetDateTimeValue(ds, element, 0, 1)->nOffset == 100);
  CHECK(L_DicomSetDateTimeRangeValue(ds, element, &date_times, 1));
  CHECK(L_DicomGetDateTimeRangeValue(ds, element, 0, &date_times) == DICOM_SUCCESS);
  CHECK(date_times.nFlags == VALUE_RANGE_LOWER && date_times.DateTime1.nYear == 2020);
  L_DicomFreeDS(ds);
}

static void check_uid_file(void) {
  char name[] = "ldicomnet_c_uids_XXXXXX";
  const int descriptor = mkstemp(name);
  const L_UINT32 before = L_DicomGetCountUID();
  FILE* const file = fdopen(descriptor, "w");
  CHECK(file != NULL);
  CHECK(fputs("<uids><uid code='1.2.3.4.5' name='Of a file' type='INSTANCE'/></uids>", file) >= 0);
  CHECK(fclose(file) == 0);
  CHECK(L_DicomLoadXmlUID(name, 0) == DICOM_SUCCESS && L_DicomGetCountUID() == before + 1);
  CHECK(strcmp(L_DicomFindUID("1.2.3.4.5")->pszName, "Of a file") == 0);
  CHECK(L_DicomFindUID("1.2.3.4.5")->nType == UID_TYPE_INSTANCE);
  L_DicomDefaultUID();
  CHECK(L_DicomFindUID("1.2.3.4.5") == NULL);
  CHECK(remove(name) == 0);
  CHECK(L_DicomLoadXmlUID(name, 0) == DICOM_ERROR_OPEN);
  CHECK(L_DicomLoadXmlUID(NULL, 0) == DICOM_ERROR_PARAMETER);
}

static void check_uids(void) {
  const L_UINT32 count = L_DicomGetCountUID();
  pDICOMUID uid = L_DicomFindUID(UID_VERIFICATION_CLASS);
  CHECK(uid != NULL && uid == L_DicomGetFirstUID() && L_DicomExistsUID(uid));
  CHECK(L_DicomGetPrevUID(uid) == NULL && L_DicomGetPrevUID(L_DicomGetNextUID(uid)) == uid);
  CHECK(L_DicomGetNextUID(L_DicomGetLastUID()) == NULL);
  uid = L_DicomInsertUID("1.2.3.4", "ours", UID_TYPE_CLASS);
  CHECK(uid != NULL && strcmp(L_DicomFindUID("1.2.3.4")->pszName, "ours") == 0);
  CHECK(L_DicomDeleteUID(uid) == L_DicomGetFirstUID() && L_DicomGetCountUID() == count);
  L_DicomInsertUID("1.2.3.4", "ours", UID_TYPE_CLASS);
  L_DicomDefaultUID();
  CHECK(L_DicomFindUID("1.2.3.4") == NULL && L_DicomGetCountUID() == count);
  check_uid_file();
}

/* ---- Handles of nothing -------------------------------------------------------------------- */

static void check_bad_values(HDICOMDS bad, pDICOMELEMENT e) {
  const VALUEAGE age = {1, 'Y'};
  const VALUEDATE date = {2024, 1, 1};
  const VALUETIME time = {0, 0, 0, 0};
  const VALUEDATETIME date_time = {2024, 1, 1, 0, 0, 0, 0, 0};
  const L_INT64 number = 0;
  const L_DOUBLE fraction = 0;
  VALUEDATERANGE dates = {0, {2020, 1, 1}, {2021, 1, 1}};
  VALUETIMERANGE times = {0, {0, 0, 0, 0}, {0, 0, 0, 0}};
  VALUEDATETIMERANGE date_times = {0, {2020, 1, 1, 0, 0, 0, 0, 0}, {2020, 1, 1, 0, 0, 0, 0, 0}};
  CHECK(L_DicomGetCharValue(bad, e, 0, 1) == NULL && !L_DicomSetCharValue(bad, e, (const L_UCHAR*)"x", 1));
  CHECK(L_DicomGetLong64Value(bad, e, 0, 1) == NULL && !L_DicomSetLong64Value(bad, e, &number, 1));
  CHECK(L_DicomGetFloatValue(bad, e, 0, 1) == NULL && L_DicomGetDoubleValue(bad, e, 0, 1) == NULL);
  CHECK(!L_DicomSetDoubleValue(bad, e, &fraction, 1) && !L_DicomSetConvertValue(bad, e, "1", 1));
  CHECK(L_DicomGetStringValueA(bad, e, 0, 1) == NULL);
  CHECK(L_DicomGetAgeValue(bad, e, 0, 1) == NULL && !L_DicomSetAgeValue(bad, e, &age, 1));
  CHECK(L_DicomGetDateValue(bad, e, 0, 1) == NULL && !L_DicomSetDateValue(bad, e, &date, 1));
  CHECK(L_DicomGetTimeValue(bad, e, 0, 1) == NULL && !L_DicomSetTimeValue(bad, e, &time, 1));
  CHECK(L_DicomGetDateTimeValue(bad, e, 0, 1) == NULL && !L_DicomSetDateTimeValue(bad, e, &date_time, 1));
  CHECK(L_DicomGetDateRangeValue(bad, e, 0, &dates) == DICOM_ERROR_PARAMETER);
  CHECK(L_DicomGetTimeRangeValue(bad, e, 0, &times) == DICOM_ERROR_PARAMETER);
  CHECK(L_DicomGetDateTimeRangeValue(bad, e, 0, &date_times) == DICOM_ERROR_PARAMETER);
  CHECK(!L_DicomSetDateRangeValue(bad, e, &dates, 1) && !L_DicomSetTimeRangeValue(bad, e, &times, 1));
  CHECK(!L_DicomSetDateTimeRangeValue(bad, e, &date_times, 1));
}

static void check_bad_handle(HDICOMDS bad, HDICOMDS good) {
  const pDICOMELEMENT e = L_DicomFindFirstElement(good, NULL, TAG_PATIENT_ID, L_FALSE);
  L_UINT32 number = 1;
  L_UINT16 flags = 1;
  L_UCHAR preamble[2];
  unsigned calls = 0;
  L_DicomInitDS(bad, CLASS_UNKNOWN, 0);
  L_DicomGetInfoDS(bad, &number, &flags);
  CHECK(number == CLASS_UNKNOWN && flags == 0);
  L_DicomGetInfoDS(bad, NULL, NULL);
  CHECK(L_DicomCopyDSExt(bad, NULL, good, NULL, leave_out_uids, &calls) == DICOM_ERROR_PARAMETER);
  CHECK(L_DicomCopyDSExt(good, NULL, bad, NULL, leave_out_uids, &calls) == DICOM_ERROR_PARAMETER);
  CHECK(!L_DicomConformanceDS(bad, count_offence, &calls) && calls == 0);
  L_DicomSetDebugDS(bad, count_offence, &calls);
  CHECK(L_DicomLoadDS(bad, "/dev/null", 0) == DICOM_ERROR_PARAMETER);
  CHECK(L_DicomLoadDSMemory(bad, preamble, 2, 0) == DICOM_ERROR_PARAMETER);
  CHECK(L_DicomSaveDS(bad, "/no/where", 0) == DICOM_ERROR_PARAMETER);
  CHECK(L_DicomChangeTransferSyntax(bad, UID_IMPLICIT_VR_LITTLE_ENDIAN, 0, 0) == DICOM_ERROR_PARAMETER);
  CHECK(L_DicomChangeTransferSyntax2(bad, "/no/where", UID_RLE_LOSSLESS, 0, 0, 0) == DICOM_ERROR_PARAMETER);
  L_DicomGetPreamble(bad, preamble, 2);
  L_DicomSetPreamble(bad, (const L_UCHAR*)"xx", 2);
  CHECK(L_DicomGetLoadFileFlags(bad) == 0);
  L_DicomSetLoadFileFlags(bad, 1);
  CHECK(L_DicomGetRootElement(bad, e) == NULL && L_DicomGetParentElement(bad, e) == NULL);
  CHECK(L_DicomGetChildElement(bad, e, L_FALSE) == NULL && L_DicomGetLevelElement(bad, e) == 0);
  CHECK(!L_DicomIsVolatileElement(bad, e));
  CHECK(L_DicomFindFirstDescendant(bad, NULL, TAG_PATIENT_ID, L_FALSE) == NULL);
  CHECK(L_DicomFindNextDescendant(bad, NULL, e, L_FALSE) == NULL);
  CHECK(L_DicomInsertModule(bad, MODULE_PATIENT, L_TRUE) == NULL && L_DicomFindModule(bad, MODULE_PATIENT) == NULL);
  L_DicomDeleteModule(bad, MODULE_PATIENT);
  CHECK(L_DicomGetCountModule(bad) == 0 && L_DicomFindIndexModule(bad, 0) == NULL);
  CHECK(L_DicomInsertKey(bad, NULL, "PATIENT", L_FALSE) == NULL);
  L_DicomDeleteKey(bad, e);
  CHECK(L_DicomFindFirstKey(bad, NULL, NULL, L_FALSE) == NULL && L_DicomFindLastKey(bad, NULL, NULL, L_FALSE) == NULL);
  CHECK(L_DicomFindPrevKey(bad, e, L_FALSE) == NULL && L_DicomFindNextKey(bad, e, L_FALSE) == NULL);
  check_bad_values(bad, e);
  CHECK(has_text(good, TAG_PATIENT_ID, "good"));
}

static void check_bad_handles(void) {
  HDICOMDS good = L_DicomCreateDS(NULL), freed = L_DicomCreateDS(NULL);
  HDICOMPDU pdu = L_DicomCreateAssociate(L_TRUE);
  int on_the_stack = 0;
  add_text(good, NULL, TAG_PATIENT_ID, "good");
  L_DicomFreeDS(freed);
  check_bad_handle(NULL, good);
  check_bad_handle(freed, good);
  check_bad_handle(pdu, good);
  check_bad_handle(&on_the_stack, good);
  /* A good handle of a data set, and an element that is none. */
  check_bad_values(good, (pDICOMELEMENT)&on_the_stack);
  L_DicomFreeAssociate(pdu);
  L_DicomFreeDS(good);
}

int main(void) {
  check_elements();
  check_whole();
  check_files();
  check_keys();
  check_numbers();
  check_texts_and_dates();
  check_uids();
  check_bad_handles();
  return outcome();
}
