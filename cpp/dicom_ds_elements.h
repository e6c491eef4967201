// What an LDicomDS shows: the elements of a command set, or those of a data set, behind one face.
//
// Elements are named by numbers here, 0 for none; the handles of the interface are NodeTable's.

#ifndef LDICOMNET_CPP_DICOM_DS_ELEMENTS_H
#define LDICOMNET_CPP_DICOM_DS_ELEMENTS_H

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ldicomnet/src/bridge/ffi.rs.h"
#include "ldicomnet/structs.h"
#include "text.h"

namespace ldicomnet::detail {

using ElementId = std::uint64_t;

// `tree` looks at one level, that of the element given; without it all elements are one list, each before those inside
// it.
class Elements {
 public:
  Elements() = default;
  virtual ~Elements() = default;
  Elements(const Elements&) = delete;
  Elements& operator=(const Elements&) = delete;

  virtual ElementView Get(ElementId id) const = 0;
  virtual bool Exists(ElementId id) const = 0;
  virtual ElementId First(ElementId of, bool tree) const = 0;
  virtual ElementId Last(ElementId of, bool tree) const = 0;
  virtual ElementId Next(ElementId id, bool tree) const = 0;
  virtual ElementId Prev(ElementId id, bool tree) const = 0;
  virtual ElementId Parent(ElementId id) const = 0;
  virtual ElementId Child(ElementId id) const = 0;
  virtual ElementId RootOf(ElementId id) const = 0;
  virtual std::uint32_t Level(ElementId id) const = 0;
  virtual ElementId FindFirst(ElementId within, L_UINT32 tag, bool tree) const = 0;
  virtual ElementId FindLast(ElementId within, L_UINT32 tag, bool tree) const = 0;
  virtual ElementId FindNext(ElementId id, bool tree) const = 0;
  virtual ElementId FindPrev(ElementId id, bool tree) const = 0;
  virtual ElementId FindFirstDescendant(ElementId parent, L_UINT32 tag, bool next_level_only) const = 0;
  virtual ElementId FindNextDescendant(ElementId parent, ElementId id, bool next_level_only) const = 0;

  virtual ElementId Insert(ElementId neighbor, bool as_child, L_UINT32 tag, L_UINT16 vr, bool is_sequence,
                           L_UINT32 index) = 0;
  // Gives the next element.
  virtual ElementId Remove(ElementId id) = 0;

  // Fills `out` with the value from `start` on, little endian.
  virtual bool Read(ElementId id, std::uint64_t start, rust::Slice<std::uint8_t> out) const = 0;
  virtual bool Write(ElementId id, ByteSlice value) = 0;
  // The values of a text, each ended by NUL.
  virtual bool Texts(ElementId id, std::string& out) const = 0;
  // The same form, `count` of them.
  virtual bool SetTexts(ElementId id, ByteSlice texts, L_UINT32 count, L_UINT32 character_set) = 0;
};

// A command set of the core's: its own, or one that a hook is about. It is flat and sorted.
class CommandElements final : public Elements {
 public:
  const CommandSet* get() const { return command_; }
  // For changing: a copy of its own where the command set is somebody else's to read, a new one where there is none.
  CommandSet& Writable();
  void Own(rust::Box<CommandSet> command);
  void Borrow(const CommandSet& command);
  void BorrowWritable(CommandSet& command);
  void CopyFrom(const CommandElements& source);
  void Clear();

  ElementView Get(ElementId id) const override;
  bool Exists(ElementId id) const override;
  ElementId First(ElementId of, bool tree) const override;
  ElementId Last(ElementId of, bool tree) const override;
  ElementId Next(ElementId id, bool tree) const override;
  ElementId Prev(ElementId id, bool tree) const override;
  ElementId Parent(ElementId id) const override;
  ElementId Child(ElementId id) const override;
  ElementId RootOf(ElementId id) const override;
  std::uint32_t Level(ElementId id) const override;
  ElementId FindFirst(ElementId within, L_UINT32 tag, bool tree) const override;
  ElementId FindLast(ElementId within, L_UINT32 tag, bool tree) const override;
  ElementId FindNext(ElementId id, bool tree) const override;
  ElementId FindPrev(ElementId id, bool tree) const override;
  ElementId FindFirstDescendant(ElementId parent, L_UINT32 tag, bool next_level_only) const override;
  ElementId FindNextDescendant(ElementId parent, ElementId id, bool next_level_only) const override;
  ElementId Insert(ElementId neighbor, bool as_child, L_UINT32 tag, L_UINT16 vr, bool is_sequence,
                   L_UINT32 index) override;
  ElementId Remove(ElementId id) override;
  bool Read(ElementId id, std::uint64_t start, rust::Slice<std::uint8_t> out) const override;
  bool Write(ElementId id, ByteSlice value) override;
  bool Texts(ElementId id, std::string& out) const override;
  bool SetTexts(ElementId id, ByteSlice texts, L_UINT32 count, L_UINT32 character_set) override;

 private:
  L_UINT16 VrOf(std::uint16_t number) const;

  // Where command_ points to; empty while it is borrowed.
  std::optional<rust::Box<CommandSet>> own_;
  const CommandSet* command_ = nullptr;
  CommandSet* writable_ = nullptr;  // NULL while command_ may only be read
  // The VRs of elements that were inserted with another one than the standard's.
  std::vector<std::pair<std::uint16_t, L_UINT16>> vrs_;
};

// A data set of the core's: its own, or one that a hook is about. Without either it is empty.
class TreeElements final : public Elements {
 public:
  // NULL where there is none.
  const DataSetObject* get() const { return set_; }
  // For changing: a copy of its own where the data set is somebody else's, a new one where there is none.
  DataSetObject& Writable();
  void Own(rust::Box<DataSetObject> set);
  void Borrow(const DataSetObject& set);
  void CopyFrom(const TreeElements& source);
  void Clear();
  // The encoded bytes, in its own transfer syntax.
  ByteSlice Encoded() const;

  ElementView Get(ElementId id) const override;
  bool Exists(ElementId id) const override;
  ElementId First(ElementId of, bool tree) const override;
  ElementId Last(ElementId of, bool tree) const override;
  ElementId Next(ElementId id, bool tree) const override;
  ElementId Prev(ElementId id, bool tree) const override;
  ElementId Parent(ElementId id) const override;
  ElementId Child(ElementId id) const override;
  ElementId RootOf(ElementId id) const override;
  std::uint32_t Level(ElementId id) const override;
  ElementId FindFirst(ElementId within, L_UINT32 tag, bool tree) const override;
  ElementId FindLast(ElementId within, L_UINT32 tag, bool tree) const override;
  ElementId FindNext(ElementId id, bool tree) const override;
  ElementId FindPrev(ElementId id, bool tree) const override;
  ElementId FindFirstDescendant(ElementId parent, L_UINT32 tag, bool next_level_only) const override;
  ElementId FindNextDescendant(ElementId parent, ElementId id, bool next_level_only) const override;
  ElementId Insert(ElementId neighbor, bool as_child, L_UINT32 tag, L_UINT16 vr, bool is_sequence,
                   L_UINT32 index) override;
  ElementId Remove(ElementId id) override;
  bool Read(ElementId id, std::uint64_t start, rust::Slice<std::uint8_t> out) const override;
  bool Write(ElementId id, ByteSlice value) override;
  bool Texts(ElementId id, std::string& out) const override;
  bool SetTexts(ElementId id, ByteSlice texts, L_UINT32 count, L_UINT32 character_set) override;

 private:
  // Where set_ points to; empty while it is borrowed.
  std::optional<rust::Box<DataSetObject>> own_;
  const DataSetObject* set_ = nullptr;
};

}  // namespace ldicomnet::detail

#endif  // LDICOMNET_CPP_DICOM_DS_ELEMENTS_H
