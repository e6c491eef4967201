// An association in words, as -d prints it: AE titles, presentation contexts, user information (PS3.8 9.3.2 and 9.3.3).

#ifndef LDICOMNET_TOOLS_ASSOCIATION_TEXT_H
#define LDICOMNET_TOOLS_ASSOCIATION_TEXT_H

#include <string>

#include "ltdic.h"

namespace ldicom {

// What the getters of LDicomAssociate fill, as strings. As they came: Escaped() makes them fit to print.
std::string CalledTitle(const LDicomAssociate& association);
std::string CallingTitle(const LDicomAssociate& association);
std::string AbstractSyntax(const LDicomAssociate& association, L_UCHAR id);
std::string TransferSyntax(const LDicomAssociate& association, L_UCHAR id, L_INT index);

// Several lines, without a newline at the end. Not const: the getters of raw items are not.
std::string AssociationText(LDicomAssociate& association);

}  // namespace ldicom

#endif  // LDICOMNET_TOOLS_ASSOCIATION_TEXT_H
