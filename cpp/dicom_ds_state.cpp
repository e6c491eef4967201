// DataSetState: the command set behind an LDicomDS, its handles and its encoded bytes.

#include <algorithm>

#include "dicom_ds_impl.h"
#include "ldicomnet/src/bridge/ffi.rs.h"
#include "ldicomnet/tags.h"

namespace ldicomnet::detail {
namespace {

// A command set is small; this is the longest value that any VR of it may have in explicit form, and plenty.
constexpr std::size_t kValueBytesMax = 65534;

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

}  // namespace

void ElementNode::FreeValues() {
  shorts = {};
  longs = {};
  text = {};
}

CommandSet& DataSetState::WritableCommand() {
  if (writable_ == nullptr) {
    // The handles stay: they name elements, and the copy has the same ones.
    own_.emplace(command_ == nullptr ? command_set_new() : command_set_clone(*command_));
    writable_ = &**own_;
    command_ = writable_;
  }
  return *writable_;
}

void DataSetState::SetCommand(rust::Box<CommandSet> command) {
  own_.emplace(std::move(command));
  writable_ = &**own_;
  command_ = writable_;
  nodes_.clear();
  has_nodes_ = false;
}

void DataSetState::Borrow(const CommandSet& command) {
  Clear();
  command_ = &command;
}

void DataSetState::BorrowWritable(CommandSet& command) {
  Clear();
  command_ = &command;
  writable_ = &command;
}

void DataSetState::Clear() {
  command_ = nullptr;
  writable_ = nullptr;
  own_.reset();
  nodes_.clear();
  has_nodes_ = false;
  encoded_ = ByteSlice();
  own_encoded_.reset();
}

std::vector<std::unique_ptr<ElementNode>>& DataSetState::Nodes() {
  if (!has_nodes_ && command_ != nullptr) {
    for (const std::uint16_t number : command_elements(*command_)) {
      auto node = std::make_unique<ElementNode>();
      node->element.nTag = number;
      node->element.nVR = StandardVr(number);
      node->element.nLength = static_cast<L_UINT32>(command_raw(*command_, number).size());
      nodes_.push_back(std::move(node));
    }
    has_nodes_ = true;
  }
  return nodes_;
}

ElementNode* DataSetState::Find(const DICOMELEMENT* element) {
  if (element == nullptr)
    return nullptr;
  for (const std::unique_ptr<ElementNode>& node : Nodes()) {
    if (&node->element == element)
      return node.get();
  }
  return nullptr;
}

ElementNode* DataSetState::FindTag(L_UINT32 tag) {
  for (const std::unique_ptr<ElementNode>& node : Nodes()) {
    if (node->element.nTag == tag)
      return node.get();
  }
  return nullptr;
}

ElementNode* DataSetState::Insert(L_UINT32 tag, L_UINT16 vr) {
  std::vector<std::unique_ptr<ElementNode>>& nodes = Nodes();
  const auto place = std::lower_bound(
      nodes.begin(), nodes.end(), tag,
      [](const std::unique_ptr<ElementNode>& node, L_UINT32 wanted) { return node->element.nTag < wanted; });
  if (place != nodes.end() && (*place)->element.nTag == tag)
    return nullptr;
  auto node = std::make_unique<ElementNode>();
  node->element.nTag = tag;
  node->element.nVR = vr != 0 ? vr : StandardVr(tag);
  command_set_raw(WritableCommand(), node->number(), ByteSlice());
  has_nodes_ = true;
  return nodes.insert(place, std::move(node))->get();
}

ElementNode* DataSetState::Delete(ElementNode& node) {
  std::vector<std::unique_ptr<ElementNode>>& nodes = Nodes();
  const auto place = std::find_if(nodes.begin(), nodes.end(),
                                  [&](const std::unique_ptr<ElementNode>& each) { return each.get() == &node; });
  command_remove(WritableCommand(), node.number());
  const auto next = nodes.erase(place);
  return next == nodes.end() ? nullptr : next->get();
}

ByteSlice DataSetState::Value(const ElementNode& node) const {
  return command_ == nullptr ? ByteSlice() : command_raw(*command_, node.number());
}

bool DataSetState::SetValue(ElementNode& node, const void* value, std::size_t length, bool is_text) {
  if (length > kValueBytesMax)
    return false;
  CommandSet& command = WritableCommand();
  if (is_text) {
    command_set_text(command, node.number(), Bytes(value, length));
  } else {
    command_set_raw(command, node.number(), Bytes(value, length));
  }
  node.FreeValues();
  node.element.nLength = static_cast<L_UINT32>(command_raw(command, node.number()).size());
  return true;
}

void DataSetState::SetEncoded(ByteSlice bytes) {
  if (bytes.empty()) {
    own_encoded_.reset();
    encoded_ = ByteSlice();
    return;
  }
  own_encoded_ = std::make_shared<const std::vector<std::uint8_t>>(bytes.begin(), bytes.end());
  encoded_ = ByteSlice(own_encoded_->data(), own_encoded_->size());
}

void DataSetState::CopyFrom(const DataSetState& source) {
  if (&source == this)
    return;
  Clear();
  if (source.command_ != nullptr)
    SetCommand(command_set_clone(*source.command_));
  if (source.own_encoded_) {
    own_encoded_ = source.own_encoded_;
    encoded_ = source.encoded_;
  } else {
    SetEncoded(source.encoded_);
  }
}

}  // namespace ldicomnet::detail
