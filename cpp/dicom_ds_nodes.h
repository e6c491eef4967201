// The handles of elements (pDICOMELEMENT): where they lie, and which of the addresses that a program hands in are one.
//
// An address is compared, and never followed, before it is known to be one of ours. A handle that has ended is
// recognised until its place is used again, which is put off as long as it costs little.

#ifndef LDICOMNET_CPP_DICOM_DS_NODES_H
#define LDICOMNET_CPP_DICOM_DS_NODES_H

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "ldicomnet/structs.h"

namespace ldicomnet::detail {

// Some of an element's values, in the form that their pointers are to.
template <class T>
struct ValueRun {
  std::uint64_t start = 0;  // the number of the first
  std::vector<T> values;
};

// What the value pointers of an element point to.
struct ElementValues {
  std::uint64_t change = 0;  // which of the object's changes they were read after
  ValueRun<L_UCHAR> bytes;
  ValueRun<L_INT16> shorts;
  ValueRun<L_INT32> longs;
  ValueRun<L_INT64> longs64;
  ValueRun<L_FLOAT> floats;
  ValueRun<L_DOUBLE> doubles;
  ValueRun<VALUEAGE> ages;
  ValueRun<VALUEDATE> dates;
  ValueRun<VALUETIME> times;
  ValueRun<VALUEDATETIME> date_times;
  std::string text;                      // each value ended by NUL
  std::vector<std::size_t> text_starts;  // where each begins
};

// A handle and what belongs to it.
struct ElementNode {
  DICOMELEMENT element = {};  // the handle is its address; first, so that it is the node's as well
  std::uint64_t id = 0;       // 0: the handle has ended
  std::unique_ptr<ElementValues> values;
};

class NodeTable {
 public:
  // NULL for an address that is no living handle of this table.
  ElementNode* Find(const DICOMELEMENT* handle) const;
  // The node of an element; a new one if it has none.
  ElementNode& ForId(std::uint64_t id);
  void Retire(ElementNode& node);
  // Retires all.
  void Clear();
  // No handle of it is alive.
  bool is_empty() const { return living_.empty(); }

 private:
  struct Block {
    std::unique_ptr<ElementNode[]> nodes;
    std::size_t count;
  };
  ElementNode& Unused();

  std::vector<Block> blocks_;         // by address
  std::vector<ElementNode*> fresh_;   // never used
  std::deque<ElementNode*> retired_;  // the one that ended first at the front
  std::unordered_map<std::uint64_t, ElementNode*> living_;
};

}  // namespace ldicomnet::detail

#endif  // LDICOMNET_CPP_DICOM_DS_NODES_H
