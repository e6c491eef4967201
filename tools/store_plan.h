// What to propose for a number of files: presentation contexts (PS3.8 9.3.2.2), as few associations as they fit into,
// and which file goes over which.

#ifndef LDICOMNET_TOOLS_STORE_PLAN_H
#define LDICOMNET_TOOLS_STORE_PLAN_H

#include <cstddef>
#include <string>
#include <vector>

#include "store_files.h"

namespace ldicom {

// The transfer syntaxes to propose.
enum class Proposal {
  kAsFiles,   // those of the files, each in a context of its own, and uncompressed ones beside them
  kRequired,  // those of the files alone
  kLittle,    // the uncompressed ones, explicit VR little endian first
  kBig,       // the uncompressed ones, explicit VR big endian first
  kImplicit,  // implicit VR little endian alone
};

struct ProposedContext {
  std::string sop_class;
  std::vector<std::string> transfer_syntaxes;
};

struct PlannedAssociation {
  std::vector<ProposedContext> contexts;  // PS3.8 9.3.2.2 has IDs for 128
  std::vector<std::size_t> files;         // indices, in their order
};

constexpr std::size_t kContextsMax = 128;

std::vector<PlannedAssociation> PlanAssociations(const std::vector<StoreFile>& files, Proposal proposal);

}  // namespace ldicom

#endif  // LDICOMNET_TOOLS_STORE_PLAN_H
