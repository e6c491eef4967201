// What stands behind an LDicomDS: a command set or a data set, and the handles of its elements.

#ifndef LDICOMNET_CPP_DICOM_DS_IMPL_H
#define LDICOMNET_CPP_DICOM_DS_IMPL_H

#include <cstdint>
#include <memory>
#include <string>

#include "dicom_ds_elements.h"
#include "dicom_ds_nodes.h"
#include "ldicomnet/dicom_ds.h"
#include "text.h"

namespace ldicomnet::detail {

class DataSetState {
 public:
  explicit DataSetState(const L_TCHAR* path) : path_(path == nullptr ? "" : path) {}

  // --- What it is ---

  // The command set; NULL where it is none.
  const CommandSet* command() const { return command_.get(); }
  // The data set; NULL where it is none, or has nothing in it.
  const DataSetObject* data_set() const;
  ByteSlice encoded() const { return tree_.Encoded(); }

  void SetCommand(rust::Box<CommandSet> command);
  void SetDataSet(rust::Box<DataSetObject> set);
  void Borrow(const CommandSet& command);
  void BorrowWritable(CommandSet& command);
  void Borrow(const DataSetObject& set);
  void CopyFrom(const DataSetState& source);
  void Clear();

  bool is_command() const { return command_.get() != nullptr; }
  // The data set, made if there is none, to be changed; what was a command set is gone.
  DataSetObject& WritableDataSet();
  const TreeElements& tree() const { return tree_; }
  void CountChange() { ++changes_; }

  // --- Its elements ---

  Elements& elements() { return is_command() ? static_cast<Elements&>(command_) : tree_; }
  // The handle of an element, brought up to date; NULL for 0.
  pDICOMELEMENT Handle(ElementId id);
  // NULL when the handle is not one of this object.
  ElementNode* Find(const DICOMELEMENT* handle);
  // False when it is neither one of this object nor NULL, which is the root: 0.
  bool Resolve(const DICOMELEMENT* handle, ElementId& id);
  // An element is there once: the first of a command set makes the object one.
  ElementId Insert(ElementId neighbor, bool as_child, L_UINT32 tag, L_UINT16 vr, bool is_sequence, L_UINT32 index);
  ElementId Delete(ElementNode& node);
  // Where the values of an element are kept that pointers are given out to. Those from before the last change of the
  // object are gone then: another transfer syntax or character set may change more than the element that is set.
  ElementValues& Values(ElementNode& node) const;
  // Sets a value.
  bool Write(ElementNode& node, ByteSlice value);
  bool SetTexts(ElementNode& node, const std::string& texts, L_UINT32 count, L_UINT32 character_set);
  // How many bytes of value an element has; 0 for what has none of its own.
  std::uint64_t ValueLength(const ElementNode& node);

  // --- Settings ---

  // Where temporary files go; the default of all objects if it is not set.
  std::string TemporaryDirectory() const;

  std::unique_ptr<DICOMMODULE> module;    // the one last shown
  L_UINT32 class_number = CLASS_UNKNOWN;  // of InitDS
  L_UINT16 loaded_flags = 0;              // of LoadDS
  L_UINT load_flags = 0;                  // of SetLoadFileFlags
  CONFORMANCECALLBACK debug_callback = nullptr;
  L_VOID* debug_user_data = nullptr;

 private:
  void BringUpToDate(ElementNode& node);

  const std::string path_;
  CommandElements command_;
  TreeElements tree_;
  NodeTable nodes_;
  std::uint64_t changes_ = 0;
};

// The way into an LDicomDS for the rest of cpp/.
struct DataSetAccess {
  static DataSetState& State(LDicomDS& set) { return *set.m_pState; }
  // The data set to send; NULL for no object, a command set, and one with nothing in it.
  static const DataSetObject* Object(const LDicomDS* set) {
    return set == nullptr ? nullptr : set->m_pState->data_set();
  }

  // Lets an object show what belongs to a hook, for the time of that hook, and forget it again.
  static void Bind(LDicomDS& set, const CommandSet& command) { State(set).Borrow(command); }
  static void BindWritable(LDicomDS& set, CommandSet& command) { State(set).BorrowWritable(command); }
  static void BindContent(LDicomDS& set, const DataSetObject& content) { State(set).Borrow(content); }
  static void Unbind(LDicomDS& set) { State(set).Clear(); }
};

}  // namespace ldicomnet::detail

#endif  // LDICOMNET_CPP_DICOM_DS_IMPL_H
