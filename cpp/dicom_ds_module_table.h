// The modules and classes of LDicomDS: which elements a class of data sets has (PS3.3, PS3.4). Tables only.
//
// What network code makes: identifiers of queries and worklists, attribute lists of N-services, and of stored objects
// what they have in common. An element that the standard makes conditional counts as optional.

#ifndef LDICOMNET_CPP_DICOM_DS_MODULE_TABLE_H
#define LDICOMNET_CPP_DICOM_DS_MODULE_TABLE_H

#include <cstddef>

#include "ldicomnet/types.h"

namespace ldicomnet::detail {

struct ModuleElement {
  L_UINT32 tag;
  bool is_mandatory;
  L_UINT32 sequence = 0;  // the sequence in whose first item it is; 0 on the root level
};

struct Module {
  L_UINT32 number;  // MODULE_*
  const ModuleElement* elements;
  std::size_t count;

  const ModuleElement* begin() const { return elements; }
  const ModuleElement* end() const { return elements + count; }
};

struct ClassModule {
  L_UINT32 number;
  bool is_mandatory;
};

struct DataSetClass {
  L_UINT32 number;           // CLASS_*
  const L_TCHAR* sop_class;  // of stored objects, else NULL
  const L_TCHAR* level;      // of queries, else NULL
  const ClassModule* modules;
  std::size_t count;
  // The unique keys of the levels above that of a query (PS3.4 C.4.1.2.1); 0 where there are fewer.
  L_UINT32 upper_keys[3];

  const ClassModule* begin() const { return modules; }
  const ClassModule* end() const { return modules + count; }
};

// NULL for a number that is none.
const Module* FindModule(L_UINT32 number);
const DataSetClass* FindClass(L_UINT32 number);
// The class of a stored object, by its SOP class UID; NULL for others.
const DataSetClass* FindStorageClass(const L_TCHAR* sop_class);

}  // namespace ldicomnet::detail

#endif  // LDICOMNET_CPP_DICOM_DS_MODULE_TABLE_H
