// What the values of a VR are (PS3.5 6.2): how they lie in memory, and which of the interface's members they are for.

#ifndef LDICOMNET_CPP_DICOM_DS_VR_H
#define LDICOMNET_CPP_DICOM_DS_VR_H

#include <cstddef>

#include "ldicomnet/ds_constants.h"
#include "ldicomnet/types.h"

namespace ldicomnet::detail {

enum class ValueKind { kNone, kBytes, kShorts, kLongs, kLongs64, kFloats, kDoubles, kText };

inline ValueKind KindOf(L_UINT16 vr) {
  switch (vr) {
    case 0:
    case VR_SQ:
      return ValueKind::kNone;
    case VR_OB:
    case VR_UN:
      return ValueKind::kBytes;
    case VR_US:
    case VR_SS:
    case VR_OW:
      return ValueKind::kShorts;
    case VR_UL:
    case VR_SL:
    case VR_AT:
    case VR_OL:
      return ValueKind::kLongs;
    case VR_UV:
    case VR_SV:
    case VR_OV:
      return ValueKind::kLongs64;
    case VR_FL:
    case VR_OF:
      return ValueKind::kFloats;
    case VR_FD:
    case VR_OD:
      return ValueKind::kDoubles;
    case VR_AE:
    case VR_AS:
    case VR_CS:
    case VR_DA:
    case VR_DS:
    case VR_DT:
    case VR_IS:
    case VR_LO:
    case VR_LT:
    case VR_PN:
    case VR_SH:
    case VR_ST:
    case VR_TM:
    case VR_UC:
    case VR_UI:
    case VR_UR:
    case VR_UT:
      return ValueKind::kText;
    default:
      // A VR that is not of the standard has a value of bytes (PS3.5 6.2.2).
      return ValueKind::kBytes;
  }
}

// The bytes of one number; 1 where values are not numbers of one size.
inline std::size_t UnitOf(ValueKind kind) {
  switch (kind) {
    case ValueKind::kShorts:
      return 2;
    case ValueKind::kLongs:
    case ValueKind::kFloats:
      return 4;
    case ValueKind::kLongs64:
    case ValueKind::kDoubles:
      return 8;
    default:
      return 1;
  }
}

// Texts in which a backslash is a character and not the end of a value (PS3.5 6.2).
inline bool IsOneText(L_UINT16 vr) {
  return vr == VR_LT || vr == VR_ST || vr == VR_UR || vr == VR_UT;
}

}  // namespace ldicomnet::detail

#endif  // LDICOMNET_CPP_DICOM_DS_VR_H
