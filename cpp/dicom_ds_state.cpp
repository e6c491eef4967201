// DataSetState: what an LDicomDS is, and the way from its handles to its elements.

#include <algorithm>

#include "dicom_ds_impl.h"
#include "dicom_ds_vr.h"

namespace ldicomnet::detail {

const DataSetObject* DataSetState::data_set() const {
  const DataSetObject* const set = tree_.get();
  return set == nullptr || set->is_blank() ? nullptr : set;
}

void DataSetState::SetCommand(rust::Box<CommandSet> command) {
  Clear();
  command_.Own(std::move(command));
}

void DataSetState::SetDataSet(rust::Box<DataSetObject> set) {
  Clear();
  tree_.Own(std::move(set));
}

void DataSetState::Borrow(const CommandSet& command) {
  Clear();
  command_.Borrow(command);
}

void DataSetState::BorrowWritable(CommandSet& command) {
  Clear();
  command_.BorrowWritable(command);
}

void DataSetState::Borrow(const DataSetObject& set) {
  Clear();
  tree_.Borrow(set);
}

void DataSetState::CopyFrom(const DataSetState& source) {
  if (&source == this)
    return;
  Clear();
  command_.CopyFrom(source.command_);
  tree_.CopyFrom(source.tree_);
  class_number = source.class_number;
}

void DataSetState::Clear() {
  // What a hook is shown through is cleared before and after each message.
  if (command_.get() == nullptr && tree_.get() == nullptr && nodes_.is_empty() && loaded_flags == 0 &&
      class_number == CLASS_UNKNOWN)
    return;
  nodes_.Clear();
  command_.Clear();
  tree_.Clear();
  class_number = CLASS_UNKNOWN;
  loaded_flags = 0;
}

DataSetObject& DataSetState::WritableDataSet() {
  CountChange();
  if (is_command())
    Clear();
  return tree_.Writable();
}

pDICOMELEMENT DataSetState::Handle(ElementId id) {
  if (id == 0)
    return nullptr;
  ElementNode& node = nodes_.ForId(id);
  BringUpToDate(node);
  return &node.element;
}

void DataSetState::BringUpToDate(ElementNode& node) {
  const ElementView view = elements().Get(node.id);
  node.element.nTag = view.tag;
  node.element.nVR = view.vr;
  node.element.nLength = view.length;
  const bool has_offsets = (loaded_flags & DS_LOAD_STORE_OFFSETS) != 0;
  node.element.nElementOffset = has_offsets ? static_cast<L_INT64>(view.offset) : 0;
  node.element.nElementValueOffset = has_offsets ? static_cast<L_INT64>(view.value_offset) : 0;
  node.element.nElementValueLength =
      has_offsets ? static_cast<L_UINT32>(std::min<std::uint64_t>(view.value_length, ELEMENT_LENGTH_MAX)) : 0;
}

ElementNode* DataSetState::Find(const DICOMELEMENT* handle) {
  ElementNode* const node = nodes_.Find(handle);
  if (node == nullptr || elements().Exists(node->id))
    return node;
  // It went with an element that it was inside of, or was replaced.
  nodes_.Retire(*node);
  return nullptr;
}

bool DataSetState::Resolve(const DICOMELEMENT* handle, ElementId& id) {
  id = 0;
  if (handle == nullptr)
    return true;
  const ElementNode* const node = Find(handle);
  if (node == nullptr)
    return false;
  id = node->id;
  return true;
}

ElementId DataSetState::Insert(ElementId neighbor, bool as_child, L_UINT32 tag, L_UINT16 vr, bool is_sequence,
                               L_UINT32 index) {
  if (!is_command() && (GETGROUP(tag) != 0 || data_set() != nullptr))
    return tree_.Insert(neighbor, as_child, tag, vr, is_sequence, index);
  const ElementId id = command_.Insert(neighbor, as_child, tag, vr, is_sequence, index);
  if (id != 0)
    tree_.Clear();
  return id;
}

ElementId DataSetState::Delete(ElementNode& node) {
  CountChange();
  const ElementId next = elements().Remove(node.id);
  nodes_.Retire(node);
  return next;
}

ElementValues& DataSetState::Values(ElementNode& node) const {
  if (!node.values || node.values->change != changes_) {
    node.values = std::make_unique<ElementValues>();
    node.values->change = changes_;
  }
  return *node.values;
}

bool DataSetState::Write(ElementNode& node, ByteSlice value) {
  if (!elements().Write(node.id, value))
    return false;
  CountChange();
  BringUpToDate(node);
  return true;
}

bool DataSetState::SetTexts(ElementNode& node, const std::string& texts, L_UINT32 count, L_UINT32 character_set) {
  if (!elements().SetTexts(node.id, Bytes(texts.data(), texts.size()), count, character_set))
    return false;
  CountChange();
  BringUpToDate(node);
  return true;
}

std::uint64_t DataSetState::ValueLength(const ElementNode& node) {
  const ElementView view = elements().Get(node.id);
  return view.kind == ElementKind::Value || view.kind == ElementKind::Fragment ? view.value_length : 0;
}

}  // namespace ldicomnet::detail
