// Files put together by SOP class and transfer syntax, and these into associations.

#include "store_plan.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "ltdic.h"

namespace ldicom {
namespace {

// Files of one SOP class, and the transfer syntaxes that they are in. Neither list has an entry twice.
struct Parcel {
  std::string sop_class;
  std::vector<std::string> transfer_syntaxes;
};

// A class of more transfer syntaxes than this comes in several parcels, each with room for what is proposed beside.
constexpr std::size_t kTransferSyntaxesMax = kContextsMax - 1;

using Kind = std::pair<std::string, std::string>;  // SOP class and transfer syntax

// The parcels in the order of their first files, and which one a kind of file is in.
std::vector<Parcel> Parcels(const std::vector<StoreFile>& files, std::map<Kind, std::size_t>& parcel_of) {
  std::vector<Parcel> parcels;
  std::map<std::string, std::size_t> last_of_class;
  for (const StoreFile& file : files) {
    const Kind kind(file.sop_class, file.transfer_syntax);
    if (parcel_of.count(kind) != 0) {
      continue;
    }
    const auto [found, is_new] = last_of_class.emplace(file.sop_class, parcels.size());
    if (!is_new && parcels[found->second].transfer_syntaxes.size() == kTransferSyntaxesMax) {
      found->second = parcels.size();
    }
    if (found->second == parcels.size()) {
      parcels.push_back({file.sop_class, {}});
    }
    parcels[found->second].transfer_syntaxes.push_back(file.transfer_syntax);
    parcel_of.emplace(kind, found->second);
  }
  return parcels;
}

std::vector<ProposedContext> ContextsFor(const Parcel& parcel, Proposal proposal) {
  const std::string little = UID_EXPLICIT_VR_LITTLE_ENDIAN;
  const std::string big = UID_EXPLICIT_VR_BIG_ENDIAN;
  const std::string implicit = UID_IMPLICIT_VR_LITTLE_ENDIAN;
  switch (proposal) {
    case Proposal::kLittle:
      return {{parcel.sop_class, {little, big, implicit}}};
    case Proposal::kBig:
      return {{parcel.sop_class, {big, little, implicit}}};
    case Proposal::kImplicit:
      return {{parcel.sop_class, {implicit}}};
    case Proposal::kAsFiles:
    case Proposal::kRequired:
      break;
  }
  // One each: of several in one context a peer takes one, and the files of the others would have to be converted.
  std::vector<ProposedContext> contexts;
  std::vector<std::string> others = {little, implicit};
  for (const std::string& syntax : parcel.transfer_syntaxes) {
    contexts.push_back({parcel.sop_class, {syntax}});
    others.erase(std::remove(others.begin(), others.end(), syntax), others.end());
  }
  // Implicit VR little endian is what every peer must be able to take (PS3.5 10.1).
  const bool is_default_proposed = others.empty() || others.back() != implicit;
  if (proposal == Proposal::kAsFiles && !is_default_proposed) {
    contexts.push_back({parcel.sop_class, others});
  }
  return contexts;
}

}  // namespace

std::vector<PlannedAssociation> PlanAssociations(const std::vector<StoreFile>& files, Proposal proposal) {
  std::map<Kind, std::size_t> parcel_of;
  const std::vector<Parcel> parcels = Parcels(files, parcel_of);
  std::vector<PlannedAssociation> associations;
  std::vector<std::size_t> association_of;
  for (const Parcel& parcel : parcels) {
    const std::vector<ProposedContext> contexts = ContextsFor(parcel, proposal);
    if (associations.empty() || associations.back().contexts.size() + contexts.size() > kContextsMax) {
      associations.emplace_back();
    }
    std::vector<ProposedContext>& proposed = associations.back().contexts;
    proposed.insert(proposed.end(), contexts.begin(), contexts.end());
    association_of.push_back(associations.size() - 1);
  }
  for (std::size_t i = 0; i < files.size(); ++i) {
    const std::size_t parcel = parcel_of.at({files[i].sop_class, files[i].transfer_syntax});
    associations[association_of[parcel]].files.push_back(i);
  }
  return associations;
}

}  // namespace ldicom
