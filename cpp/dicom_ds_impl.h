// What stands behind an LDicomDS: a command set of the core's, its own or one that a hook is about, and encoded bytes.

#ifndef LDICOMNET_CPP_DICOM_DS_IMPL_H
#define LDICOMNET_CPP_DICOM_DS_IMPL_H

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ldicomnet/dicom_ds.h"
#include "text.h"

namespace ldicomnet::detail {

struct CommandSet;

// A handle and what its value pointers point to.
struct ElementNode {
  DICOMELEMENT element = {};
  std::vector<L_INT16> shorts;
  std::vector<L_INT32> longs;
  std::string text;

  std::uint16_t number() const { return static_cast<std::uint16_t>(element.nTag & 0xFFFF); }
  void FreeValues();
};

class DataSetState {
 public:
  // --- The command set ---

  const CommandSet* command() const { return command_; }
  // For changing: a copy of its own where the command set is somebody else's to read, a new one where there is none.
  CommandSet& WritableCommand();
  void SetCommand(rust::Box<CommandSet> command);
  void Borrow(const CommandSet& command);
  void BorrowWritable(CommandSet& command);
  void Clear();

  // The handles, in the order of their tags. They are made when first asked for, so that showing a message costs none.
  std::vector<std::unique_ptr<ElementNode>>& Nodes();
  // NULL when the handle is not one of this object.
  ElementNode* Find(const DICOMELEMENT* element);
  ElementNode* FindTag(L_UINT32 tag);
  // A new, empty element; NULL when the tag is there. vr 0 takes the standard's.
  ElementNode* Insert(L_UINT32 tag, L_UINT16 vr);
  // Deletes an element and gives the next one.
  ElementNode* Delete(ElementNode& node);
  ByteSlice Value(const ElementNode& node) const;
  // Sets an element's value, and pads a text; false when it is too long.
  bool SetValue(ElementNode& node, const void* value, std::size_t length, bool is_text);

  // --- Encoded bytes ---

  ByteSlice encoded() const { return encoded_; }
  void SetEncoded(ByteSlice bytes);
  void BorrowEncoded(ByteSlice bytes) { encoded_ = bytes; }
  void CopyFrom(const DataSetState& source);

 private:
  // Where command_ points to; empty while it is borrowed.
  std::optional<rust::Box<CommandSet>> own_;
  const CommandSet* command_ = nullptr;
  CommandSet* writable_ = nullptr;  // NULL while command_ may only be read
  std::vector<std::unique_ptr<ElementNode>> nodes_;
  bool has_nodes_ = false;

  // Where encoded_ points to; empty while it is borrowed. Never changed once shared.
  std::shared_ptr<const std::vector<std::uint8_t>> own_encoded_;
  ByteSlice encoded_;
};

// The way into an LDicomDS for the rest of cpp/.
struct DataSetAccess {
  static DataSetState& State(LDicomDS& set) { return *set.m_pState; }
  // Lets an object show what belongs to a hook, for the time of that hook, and forget it again.
  static void Bind(LDicomDS& set, const CommandSet& command) { State(set).Borrow(command); }
  static void BindWritable(LDicomDS& set, CommandSet& command) { State(set).BorrowWritable(command); }
  static void BindEncoded(LDicomDS& set, ByteSlice bytes) { State(set).BorrowEncoded(bytes); }
  static void Unbind(LDicomDS& set) { State(set).Clear(); }
};

}  // namespace ldicomnet::detail

#endif  // LDICOMNET_CPP_DICOM_DS_IMPL_H
