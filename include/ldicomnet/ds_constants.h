/// \file
/// The numbers of data sets: tags as numbers, value representations, flags, character sets.
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

// nFlags of InitDS, LoadDS and SaveDS.
#define DS_METAHEADER_PRESENT 0x0001
#define DS_METAHEADER_ABSENT 0x0002
#define DS_LITTLE_ENDIAN 0x0004
#define DS_BIG_ENDIAN 0x0008
#define DS_IMPLICIT_VR 0x0010
#define DS_EXPLICIT_VR 0x0020
#define DS_GROUP_LENGTHS 0x0040
#define DS_LENGTH_EXPLICIT 0x0080
#define DS_EXCLUDE_METAHEADER_GROUP 0x0100
#define DS_LOAD_CLOSE 0x0200
#define DS_KEEP_PIXEL_DATA_INTACT 0x0400
#define DS_LOAD_STORE_OFFSETS 0x0800
#define DS_ADD_MANDATORY_ELEMENTS_ONLY 0x1000
#define DS_ADD_MANDATORY_MODULES_ONLY 0x2000

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
