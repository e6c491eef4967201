// The UIDs of PS3.6 Annex A: code, name and type, in the order of their numbers.

#ifndef LDICOMNET_CPP_UID_TABLE_H
#define LDICOMNET_CPP_UID_TABLE_H

#include <cstddef>

#include "ldicomnet/types.h"

namespace ldicomnet::detail {

struct StandardUid {
  const L_TCHAR* code;
  const L_TCHAR* name;
  L_UINT16 type;  // UID_TYPE_*
};

extern const StandardUid kStandardUids[];
extern const std::size_t kStandardUidCount;

}  // namespace ldicomnet::detail

#endif  // LDICOMNET_CPP_UID_TABLE_H
