// What stands behind an LDicomAssociate: an object of the core's, over the bridge.

#ifndef LDICOMNET_CPP_DICOM_ASSOCIATE_IMPL_H
#define LDICOMNET_CPP_DICOM_ASSOCIATE_IMPL_H

#include <memory>
#include <utility>

#include "ldicomnet/dicom_associate.h"
#include "ldicomnet/src/bridge/ffi.rs.h"

namespace ldicomnet::detail {

struct AssociateState {
  explicit AssociateState(rust::Box<AssociateObject> initial) : object(std::move(initial)) {}

  rust::Box<AssociateObject> object;
};

// The way into an LDicomAssociate for the rest of cpp/.
struct AssociateAccess {
  static AssociateObject& Object(LDicomAssociate& associate) { return *associate.m_pState->object; }
  static std::unique_ptr<LDicomAssociate> Make(rust::Box<AssociateObject> object) {
    auto associate = std::make_unique<LDicomAssociate>(L_FALSE);
    associate->m_pState->object = std::move(object);
    return associate;
  }
};

}  // namespace ldicomnet::detail

#endif  // LDICOMNET_CPP_DICOM_ASSOCIATE_IMPL_H
