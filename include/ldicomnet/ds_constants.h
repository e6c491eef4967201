/// \file
/// The numbers of data sets: tags as numbers, value representations, flags, character sets, classes and modules.
///
/// Tags by name are in tags.h. This file declares no function.

#ifndef LDICOMNET_DS_CONSTANTS_H
#define LDICOMNET_DS_CONSTANTS_H

/// A tag of its group and element number, each of 16 bits: 0xGGGGEEEE.
#define MAKETAG(group, element) ((((group)&0xFFFFU) << 16) | ((element)&0xFFFFU))
/// The group number of a tag.
#define GETGROUP(tag) (((tag) >> 16) & 0xFFFFU)
/// The element number of a tag.
#define GETELEMENT(tag) ((tag)&0xFFFFU)

#define ELEMENT_INDEX_MAX 0xFFFFFFFFU   ///< InsertElement: behind all that are there.
#define ELEMENT_LENGTH_MAX 0xFFFFFFFFU  ///< The length of an element is undefined (PS3.5 7.1.1).

// nFlags of InitDS, LoadDS and SaveDS. 0 is what is wanted as a rule: a file says itself what it is, and a data set is
// saved with its meta header and in the transfer syntax that it has.
#define DS_METAHEADER_PRESENT 0x0001  ///< Load: preamble and meta header must be there.
#define DS_METAHEADER_ABSENT 0x0002   ///< Load: there is none. Save: none is written.
#define DS_LITTLE_ENDIAN 0x0004
#define DS_BIG_ENDIAN 0x0008   ///< Explicit VR Big Endian: implicit VR has no such form.
#define DS_IMPLICIT_VR 0x0010  ///< Implicit VR Little Endian.
#define DS_EXPLICIT_VR 0x0020
#define DS_GROUP_LENGTHS 0x0040             ///< Save: with group length elements (gggg,0000), which are retired.
#define DS_LENGTH_EXPLICIT 0x0080           ///< Save: sequences and items with their lengths, not with delimiters.
#define DS_EXCLUDE_METAHEADER_GROUP 0x0100  ///< Save: as DS_METAHEADER_ABSENT.
#define DS_LOAD_CLOSE 0x0200                ///< Load: nothing of the file is needed, and none of it open, afterwards.
#define DS_KEEP_PIXEL_DATA_INTACT 0x0400    ///< Pixel data is never touched unasked: this changes nothing.
#define DS_LOAD_STORE_OFFSETS 0x0800        ///< Load: elements know where they lie in the file.
#define DS_ADD_MANDATORY_ELEMENTS_ONLY 0x1000  ///< InitDS: no elements that the standard makes optional.
#define DS_ADD_MANDATORY_MODULES_ONLY 0x2000   ///< InitDS: no modules that it makes optional.

// Value representations (PS3.5 6.2): the two letters, the first in the higher byte.
#define VR_AE 0x4145
#define VR_AS 0x4153
#define VR_AT 0x4154
#define VR_CS 0x4353
#define VR_DA 0x4441
#define VR_DS 0x4453
#define VR_DT 0x4454
#define VR_FD 0x4644
#define VR_FL 0x464C
#define VR_IS 0x4953
#define VR_LO 0x4C4F
#define VR_LT 0x4C54
#define VR_OB 0x4F42
#define VR_OD 0x4F44
#define VR_OF 0x4F46
#define VR_OL 0x4F4C
#define VR_OV 0x4F56
#define VR_OW 0x4F57
#define VR_PN 0x504E
#define VR_SH 0x5348
#define VR_SL 0x534C
#define VR_SQ 0x5351
#define VR_SS 0x5353
#define VR_ST 0x5354
#define VR_SV 0x5356
#define VR_TM 0x544D
#define VR_UC 0x5543
#define VR_UI 0x5549
#define VR_UL 0x554C
#define VR_UN 0x554E
#define VR_UR 0x5552
#define VR_US 0x5553
#define VR_UT 0x5554
#define VR_UV 0x5556

// Which ends of a range of dates or times are there (VALUEDATERANGE and its like).
#define VALUE_RANGE_NONE 0
#define VALUE_RANGE_LOWER 1
#define VALUE_RANGE_UPPER 2
#define VALUE_RANGE_BOTH 3

/// Character sets of strings (PS3.3 C.12.1.1.2).
typedef enum DICOM_CHARACTER_SET {
  DICOM_CHARACTER_SET_DEFAULT = 0,
  DICOM_CHARACTER_SET_LATIN_ALPHABET_NO_1 = 1,
  DICOM_CHARACTER_SET_LATIN_ALPHABET_NO_2 = 2,
  DICOM_CHARACTER_SET_LATIN_ALPHABET_NO_3 = 3,
  DICOM_CHARACTER_SET_LATIN_ALPHABET_NO_4 = 4,
  DICOM_CHARACTER_SET_CYRILLIC = 5,
  DICOM_CHARACTER_SET_ARABIC = 6,
  DICOM_CHARACTER_SET_GREEK = 7,
  DICOM_CHARACTER_SET_HEBREW = 8,
  DICOM_CHARACTER_SET_LATIN_ALPHABET_NO_5 = 9,
  DICOM_CHARACTER_SET_JAPANESE_JIS_X_0201 = 10,
  DICOM_CHARACTER_SET_THAI = 11,
  DICOM_CHARACTER_SET_KOREAN = 12,
  DICOM_CHARACTER_SET_UNICODE_IN_UTF8 = 13,
  DICOM_CHARACTER_SET_GB18030 = 14,
  DICOM_CHARACTER_SET_JAPANESE_JIS_X_0208 = 15,
  DICOM_CHARACTER_SET_JAPANESE_JIS_X_0212 = 16
} DICOM_CHARACTER_SET;

// nFlags of a CONFORMANCECALLBACK (additions): what is wrong with the element.
#define CONFORMANCE_VR 0x0001  ///< The value has not the form of its VR (PS3.5 6.2), or characters it must not have.
#define CONFORMANCE_LENGTH 0x0002   ///< The value is too long for its VR, or no whole number of its units.
#define CONFORMANCE_PADDING 0x0004  ///< The value is of odd length, or padded with what its VR is not padded with.
#define CONFORMANCE_BREAK 0x0008  ///< The bytes end, or stop making sense, behind this element; NULL if there is none.

// nClass of InitDS and GetInfoDS: what kind of data set it is. The numbers are this library's own.
#define CLASS_UNKNOWN 0
// Storage (PS3.3 A).
#define CLASS_CR_IMAGE_STORAGE 1
#define CLASS_DX_IMAGE_STORAGE_PRESENTATION 2
#define CLASS_DX_IMAGE_STORAGE_PROCESSING 3
#define CLASS_DX_MAMMOGRAPHY_IMAGE_STORAGE_PRESENTATION 4
#define CLASS_DX_MAMMOGRAPHY_IMAGE_STORAGE_PROCESSING 5
#define CLASS_CT_IMAGE_STORAGE 6
#define CLASS_ENHANCED_CT_IMAGE_STORAGE 7
#define CLASS_US_IMAGE_STORAGE 8
#define CLASS_US_MULTIFRAME_IMAGE_STORAGE 9
#define CLASS_MR_IMAGE_STORAGE 10
#define CLASS_ENHANCED_MR_IMAGE_STORAGE 11
#define CLASS_NM_IMAGE_STORAGE 12
#define CLASS_SC_IMAGE_STORAGE 13
#define CLASS_XA_IMAGE_STORAGE 14
#define CLASS_XRF_IMAGE_STORAGE 15
#define CLASS_PET_IMAGE_STORAGE 16
#define CLASS_RT_IMAGE_STORAGE 17
#define CLASS_RT_DOSE_STORAGE 18
#define CLASS_RT_STRUCTURE_STORAGE 19
#define CLASS_RT_PLAN_STORAGE 20
#define CLASS_GRAYSCALE_SOFTCOPY_PRESENTATION_STATE_STORAGE 21
#define CLASS_MEDIA_STORAGE_DIRECTORY 22
// Identifiers of queries and worklists (PS3.4 C.6, K.6).
#define CLASS_PATIENT_ROOT_QUERY_PATIENT 100
#define CLASS_PATIENT_ROOT_QUERY_STUDY 101
#define CLASS_PATIENT_ROOT_QUERY_SERIES 102
#define CLASS_PATIENT_ROOT_QUERY_IMAGE 103
#define CLASS_STUDY_ROOT_QUERY_STUDY 104
#define CLASS_STUDY_ROOT_QUERY_SERIES 105
#define CLASS_STUDY_ROOT_QUERY_IMAGE 106
#define CLASS_MODALITY_WORKLIST 107
// Attribute lists of N-services (PS3.4 F.7, H.4, J.3).
#define CLASS_MODALITY_PERFORMED 200
#define CLASS_STORAGE_COMMITMENT_PUSH 201
#define CLASS_BASIC_FILM_SESSION 202
#define CLASS_BASIC_FILM_BOX 203
#define CLASS_BASIC_GRAYSCALE_IMAGE_BOX 204
#define CLASS_BASIC_COLOR_IMAGE_BOX 205

// nModule of InsertModule, FindModule and DeleteModule. The numbers are this library's own.
#define MODULE_PATIENT 1                          ///< PS3.3 C.7.1.1
#define MODULE_GENERAL_STUDY 2                    ///< PS3.3 C.7.2.1
#define MODULE_PATIENT_STUDY 3                    ///< PS3.3 C.7.2.2
#define MODULE_GENERAL_SERIES 4                   ///< PS3.3 C.7.3.1
#define MODULE_FRAME_OF_REFERENCE 5               ///< PS3.3 C.7.4.1
#define MODULE_GENERAL_EQUIPMENT 6                ///< PS3.3 C.7.5.1
#define MODULE_GENERAL_IMAGE 7                    ///< PS3.3 C.7.6.1
#define MODULE_IMAGE_PIXEL 8                      ///< PS3.3 C.7.6.3
#define MODULE_SOP_COMMON 9                       ///< PS3.3 C.12.1
#define MODULE_FILE_SET 10                        ///< PS3.3 F.3.2.1 and F.3.2.2
#define MODULE_PATIENT_KEYS 100                   ///< PS3.4 Table C.6-1
#define MODULE_STUDY_KEYS 101                     ///< PS3.4 Tables C.6-2 and C.6-5
#define MODULE_SERIES_KEYS 102                    ///< PS3.4 Table C.6-3
#define MODULE_IMAGE_KEYS 103                     ///< PS3.4 Table C.6-4
#define MODULE_SCHEDULED_PROCEDURE_STEP_KEYS 104  ///< PS3.4 Table K.6-1, and the two below.
#define MODULE_REQUESTED_PROCEDURE_KEYS 105
#define MODULE_WORKLIST_PATIENT_KEYS 106
#define MODULE_PERFORMED_PROCEDURE_STEP_RELATIONSHIP 200  ///< PS3.3 C.4.13
#define MODULE_PERFORMED_PROCEDURE_STEP_INFORMATION 201   ///< PS3.3 C.4.14
#define MODULE_IMAGE_ACQUISITION_RESULTS 202              ///< PS3.3 C.4.15
#define MODULE_STORAGE_COMMITMENT 203                     ///< PS3.3 C.14
#define MODULE_BASIC_FILM_SESSION 204                     ///< PS3.3 C.13.1
#define MODULE_BASIC_FILM_BOX 205                         ///< PS3.3 C.13.3 and C.13.4
#define MODULE_BASIC_IMAGE_BOX 206                        ///< PS3.3 C.13.5, and the two below.
#define MODULE_BASIC_GRAYSCALE_IMAGE 207
#define MODULE_BASIC_COLOR_IMAGE 208

// nType of a DICOMUID.
#define UID_TYPE_OTHER 0
#define UID_TYPE_TRANSFER1 1  ///< A transfer syntax without compression.
#define UID_TYPE_TRANSFER2 2  ///< A transfer syntax with compression.
#define UID_TYPE_CLASS 3
#define UID_TYPE_META_CLASS 4
#define UID_TYPE_INSTANCE 5
#define UID_TYPE_APPLICATION 6
#define UID_TYPE_FRAME_OF_REFERENCE 7
#define UID_TYPE_LDAP_OID 8

#endif  // LDICOMNET_DS_CONSTANTS_H
