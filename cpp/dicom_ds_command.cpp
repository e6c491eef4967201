// CommandElements: the elements of a command set (group 0000, PS3.7 6.3 and Annex E). The number of an element here is
// one more than its element number.

#include <algorithm>
#include <cstring>

#include "dicom_ds_elements.h"
#include "dicom_ds_vr.h"
#include "ldicomnet/tags.h"

namespace ldicomnet::detail {
namespace {

// A command set is small; this is the longest value that any VR of it may have in explicit form, and plenty.
constexpr std::size_t kValueBytesMax = 65534;

ElementId IdOf(std::uint16_t number) {
  return ElementId{number} + 1;
}

std::uint16_t NumberOf(ElementId id) {
  return static_cast<std::uint16_t>(id - 1);
}

// The VRs of PS3.7 Annex E. Retired elements are shown as bytes.
L_UINT16 StandardVr(L_UINT32 tag) {
  switch (tag) {
    case TAG_AFFECTED_SOP_CLASS_UID:
    case TAG_REQUESTED_SOP_CLASS_UID:
    case TAG_AFFECTED_SOP_INSTANCE_UID:
    case TAG_REQUESTED_SOP_INSTANCE_UID:
      return VR_UI;
    case TAG_COMMAND_FIELD:
    case TAG_MESSAGE_ID:
    case TAG_MESSAGE_ID_BEING_RESPONDED_TO:
    case TAG_PRIORITY:
    case TAG_COMMAND_DATA_SET_TYPE:
    case TAG_STATUS:
    case TAG_ERROR_ID:
    case TAG_EVENT_TYPE_ID:
    case TAG_ACTION_TYPE_ID:
    case TAG_NUMBER_OF_REMAINING_SUBOPERATIONS:
    case TAG_NUMBER_OF_COMPLETED_SUBOPERATIONS:
    case TAG_NUMBER_OF_FAILED_SUBOPERATIONS:
    case TAG_NUMBER_OF_WARNING_SUBOPERATIONS:
    case TAG_MOVE_ORIGINATOR_MESSAGE_ID:
      return VR_US;
    case TAG_MOVE_DESTINATION:
    case TAG_MOVE_ORIGINATOR_APPLICATION_ENTITY_TITLE:
      return VR_AE;
    case TAG_OFFENDING_ELEMENT:
    case TAG_ATTRIBUTE_IDENTIFIER_LIST:
      return VR_AT;
    case TAG_ERROR_COMMENT:
      return VR_LO;
    default:
      return VR_UN;
  }
}

ElementView Absent() {
  ElementView view = {};
  view.kind = ElementKind::Absent;
  return view;
}

}  // namespace

CommandSet& CommandElements::Writable() {
  if (writable_ == nullptr) {
    // The copy has the same elements, so that their handles stay.
    own_.emplace(command_ == nullptr ? command_set_new() : command_set_clone(*command_));
    writable_ = &**own_;
    command_ = writable_;
  }
  return *writable_;
}

void CommandElements::Own(rust::Box<CommandSet> command) {
  own_.emplace(std::move(command));
  writable_ = &**own_;
  command_ = writable_;
  vrs_.clear();
}

void CommandElements::Borrow(const CommandSet& command) {
  Clear();
  command_ = &command;
}

void CommandElements::BorrowWritable(CommandSet& command) {
  Clear();
  command_ = &command;
  writable_ = &command;
}

void CommandElements::CopyFrom(const CommandElements& source) {
  if (source.command_ == nullptr) {
    Clear();
    return;
  }
  Own(command_set_clone(*source.command_));
  vrs_ = source.vrs_;
}

void CommandElements::Clear() {
  command_ = nullptr;
  writable_ = nullptr;
  own_.reset();
  vrs_.clear();
}

L_UINT16 CommandElements::VrOf(std::uint16_t number) const {
  for (const auto& [own_number, vr] : vrs_) {
    if (own_number == number)
      return vr;
  }
  return StandardVr(number);
}

ElementView CommandElements::Get(ElementId id) const {
  if (!Exists(id))
    return Absent();
  const std::uint16_t number = NumberOf(id);
  ElementView view = {};
  view.tag = number;
  view.vr = VrOf(number);
  view.length = static_cast<std::uint32_t>(command_raw(*command_, number).size());
  view.value_length = view.length;
  view.kind = ElementKind::Value;
  return view;
}

bool CommandElements::Exists(ElementId id) const {
  return id != 0 && id <= IdOf(0xFFFF) && command_ != nullptr && command_has(*command_, NumberOf(id));
}

ElementId CommandElements::First(ElementId, bool) const {
  return Next(0, false);
}

ElementId CommandElements::Last(ElementId, bool) const {
  return Prev(IdOf(0xFFFF) + 1, false);
}

ElementId CommandElements::Next(ElementId id, bool) const {
  if (command_ == nullptr)
    return 0;
  for (const std::uint16_t number : command_elements(*command_)) {
    if (IdOf(number) > id)
      return IdOf(number);
  }
  return 0;
}

ElementId CommandElements::Prev(ElementId id, bool) const {
  ElementId found = 0;
  if (command_ == nullptr)
    return found;
  for (const std::uint16_t number : command_elements(*command_)) {
    if (IdOf(number) < id)
      found = IdOf(number);
  }
  return found;
}

ElementId CommandElements::Parent(ElementId) const {
  return 0;
}

ElementId CommandElements::Child(ElementId) const {
  return 0;
}

ElementId CommandElements::RootOf(ElementId id) const {
  return id;
}

std::uint32_t CommandElements::Level(ElementId) const {
  return 0;
}

ElementId CommandElements::FindFirst(ElementId, L_UINT32 tag, bool) const {
  const ElementId id = tag <= 0xFFFF ? IdOf(static_cast<std::uint16_t>(tag)) : 0;
  return Exists(id) ? id : 0;
}

ElementId CommandElements::FindLast(ElementId within, L_UINT32 tag, bool tree) const {
  return FindFirst(within, tag, tree);
}

// A tag is there once at most.
ElementId CommandElements::FindNext(ElementId, bool) const {
  return 0;
}

ElementId CommandElements::FindPrev(ElementId, bool) const {
  return 0;
}

ElementId CommandElements::FindFirstDescendant(ElementId parent, L_UINT32 tag, bool) const {
  return parent == 0 ? FindFirst(0, tag, false) : 0;
}

ElementId CommandElements::FindNextDescendant(ElementId, ElementId, bool) const {
  return 0;
}

ElementId CommandElements::Insert(ElementId, bool, L_UINT32 tag, L_UINT16 vr, bool is_sequence, L_UINT32) {
  // The group length is computed when the command set is sent.
  if (GETGROUP(tag) != 0 || tag == TAG_COMMAND_GROUP_LENGTH || is_sequence)
    return 0;
  const ElementId id = IdOf(static_cast<std::uint16_t>(tag));
  if (Exists(id))
    return 0;
  command_set_raw(Writable(), NumberOf(id), ByteSlice());
  if (vr != 0 && vr != StandardVr(tag))
    vrs_.emplace_back(NumberOf(id), vr);
  return id;
}

ElementId CommandElements::Remove(ElementId id) {
  const std::uint16_t number = NumberOf(id);
  command_remove(Writable(), number);
  vrs_.erase(std::remove_if(vrs_.begin(), vrs_.end(), [&](const auto& own) { return own.first == number; }),
             vrs_.end());
  return Next(id, false);
}

bool CommandElements::Read(ElementId id, std::uint64_t start, rust::Slice<std::uint8_t> out) const {
  const ByteSlice value = command_raw(*command_, NumberOf(id));
  if (start > value.size() || out.size() > value.size() - start)
    return false;
  if (!out.empty())
    std::memcpy(out.data(), value.data() + start, out.size());
  return true;
}

bool CommandElements::Write(ElementId id, ByteSlice value) {
  if (value.size() > kValueBytesMax)
    return false;
  const std::uint16_t number = NumberOf(id);
  if (KindOf(VrOf(number)) == ValueKind::kText) {
    command_set_text(Writable(), number, value);
  } else {
    command_set_raw(Writable(), number, value);
  }
  return true;
}

// The text is bytes: a command set is in the default repertoire, and what else a peer sends is handed on as it came.
bool CommandElements::Texts(ElementId id, std::string& out) const {
  const ByteSlice value = command_raw(*command_, NumberOf(id));
  if (value.empty())
    return true;
  const std::string text(reinterpret_cast<const char*>(value.data()), value.size());
  for (std::size_t start = 0;;) {
    const std::size_t end = text.find('\\', start);
    std::string one = text.substr(start, end == std::string::npos ? end : end - start);
    // Padding on either side; what lies behind a NUL inside a value is left out.
    one.erase(std::min(one.find('\0'), one.size()));
    one.erase(0, one.find_first_not_of(' '));
    one.erase(one.find_last_not_of(' ') + 1);
    out.append(one).push_back('\0');
    if (end == std::string::npos)
      return true;
    start = end + 1;
  }
}

bool CommandElements::SetTexts(ElementId id, ByteSlice texts, L_UINT32 count, L_UINT32 character_set) {
  if (character_set != DICOM_CHARACTER_SET_DEFAULT)
    return false;
  std::string text(reinterpret_cast<const char*>(texts.data()), texts.size());
  if (count != 0 && !text.empty())
    text.pop_back();  // the last one's NUL
  std::replace(text.begin(), text.end(), '\0', '\\');
  return Write(id, Bytes(text.data(), text.size()));
}

}  // namespace ldicomnet::detail
