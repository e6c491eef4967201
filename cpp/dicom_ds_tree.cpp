// TreeElements: the elements of a data set, which are the core's.

#include "dicom_ds_elements.h"
#include "ldicomnet/errors.h"

namespace ldicomnet::detail {
namespace {

ElementView Absent() {
  ElementView view = {};
  view.kind = ElementKind::Absent;
  return view;
}

}  // namespace

DataSetObject& TreeElements::Writable() {
  // The copy has the same elements, so that their handles stay.
  if (!own_)
    Own(set_ == nullptr ? data_set_new(ByteSlice()) : set_->duplicate());
  return **own_;
}

void TreeElements::Own(rust::Box<DataSetObject> set) {
  own_.emplace(std::move(set));
  set_ = &**own_;
}

void TreeElements::Borrow(const DataSetObject& set) {
  Clear();
  set_ = &set;
}

void TreeElements::CopyFrom(const TreeElements& source) {
  if (source.set_ == nullptr) {
    Clear();
  } else {
    Own(source.set_->duplicate());
  }
}

void TreeElements::Clear() {
  set_ = nullptr;
  own_.reset();
}

ByteSlice TreeElements::Encoded() const {
  return set_ == nullptr ? ByteSlice() : set_->encoded();
}

ElementView TreeElements::Get(ElementId id) const {
  return set_ == nullptr ? Absent() : set_->element(id);
}

bool TreeElements::Exists(ElementId id) const {
  return set_ != nullptr && set_->exists(id);
}

ElementId TreeElements::First(ElementId of, bool tree) const {
  return set_ == nullptr ? 0 : set_->first(of, tree);
}

ElementId TreeElements::Last(ElementId of, bool tree) const {
  return set_ == nullptr ? 0 : set_->last(of, tree);
}

ElementId TreeElements::Next(ElementId id, bool tree) const {
  return set_ == nullptr ? 0 : set_->next(id, tree);
}

ElementId TreeElements::Prev(ElementId id, bool tree) const {
  return set_ == nullptr ? 0 : set_->prev(id, tree);
}

ElementId TreeElements::Parent(ElementId id) const {
  return set_ == nullptr ? 0 : set_->parent(id);
}

ElementId TreeElements::Child(ElementId id) const {
  return set_ == nullptr ? 0 : set_->child(id);
}

ElementId TreeElements::RootOf(ElementId id) const {
  return set_ == nullptr ? 0 : set_->root_of(id);
}

std::uint32_t TreeElements::Level(ElementId id) const {
  return set_ == nullptr ? 0 : set_->level(id);
}

ElementId TreeElements::FindFirst(ElementId within, L_UINT32 tag, bool tree) const {
  return set_ == nullptr ? 0 : set_->find_first(within, tag, tree);
}

ElementId TreeElements::FindLast(ElementId within, L_UINT32 tag, bool tree) const {
  return set_ == nullptr ? 0 : set_->find_last(within, tag, tree);
}

ElementId TreeElements::FindNext(ElementId id, bool tree) const {
  return set_ == nullptr ? 0 : set_->find_next(id, tree);
}

ElementId TreeElements::FindPrev(ElementId id, bool tree) const {
  return set_ == nullptr ? 0 : set_->find_prev(id, tree);
}

ElementId TreeElements::FindFirstDescendant(ElementId parent, L_UINT32 tag, bool next_level_only) const {
  return set_ == nullptr ? 0 : set_->find_first_descendant(parent, tag, next_level_only);
}

ElementId TreeElements::FindNextDescendant(ElementId parent, ElementId id, bool next_level_only) const {
  return set_ == nullptr ? 0 : set_->find_next_descendant(parent, id, next_level_only);
}

ElementId TreeElements::Insert(ElementId neighbor, bool as_child, L_UINT32 tag, L_UINT16 vr, bool is_sequence,
                               L_UINT32 index) {
  return Writable().insert(neighbor, as_child, tag, vr, is_sequence, index);
}

ElementId TreeElements::Remove(ElementId id) {
  return Writable().remove(id);
}

bool TreeElements::Read(ElementId id, std::uint64_t start, rust::Slice<std::uint8_t> out) const {
  return set_ != nullptr && set_->read(id, start, out) == DICOM_SUCCESS;
}

bool TreeElements::Write(ElementId id, ByteSlice value) {
  return Writable().write(id, value) == DICOM_SUCCESS;
}

bool TreeElements::Texts(ElementId id, std::string& out) const {
  rust::Vec<std::uint8_t> texts;
  if (set_ == nullptr || !set_->texts(id, texts))
    return false;
  out.append(reinterpret_cast<const char*>(texts.data()), texts.size());
  return true;
}

bool TreeElements::SetTexts(ElementId id, ByteSlice texts, L_UINT32 count, L_UINT32 character_set) {
  return Writable().set_texts(id, texts, count, character_set) == DICOM_SUCCESS;
}

}  // namespace ldicomnet::detail
