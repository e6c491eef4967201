// The texts of an element, as several members of LDicomDS need them.

#ifndef LDICOMNET_CPP_DICOM_DS_TEXTS_H
#define LDICOMNET_CPP_DICOM_DS_TEXTS_H

#include <cstdint>
#include <string>
#include <string_view>

#include "dicom_ds_impl.h"

namespace ldicomnet::detail {

// Elements up to this size have all their values kept together; more are looked at in part.
constexpr std::uint64_t kWholeValueBytes = std::uint64_t{16} << 20;

inline bool HasRange(std::uint64_t have, std::uint64_t index, L_UINT32 count) {
  return count != 0 && index < have && count <= have - index;
}

// All values of a text, each ended by NUL, kept with the handle (ElementValues::text and text_starts); NULL where the
// VR is none of text, or the text cannot be read.
const std::string* TextsOf(DataSetState& state, ElementNode& node);
// How many there are.
L_UINT32 TextCount(DataSetState& state, ElementNode& node);

// Whether a value, not empty, is an age (VR AS), or a date or time, or a range of these (DA, TM, DT).
bool HasDateForm(L_UINT16 vr, std::string_view text);

}  // namespace ldicomnet::detail

#endif  // LDICOMNET_CPP_DICOM_DS_TEXTS_H
