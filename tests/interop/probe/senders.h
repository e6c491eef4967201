// The senders of LDicomNet, by name.

#ifndef LDICOMNET_TESTS_INTEROP_PROBE_SENDERS_H
#define LDICOMNET_TESTS_INTEROP_PROBE_SENDERS_H

#include "ltdic.h"
#include "words.h"

namespace probe {

// NAME CONTEXT MESSAGE, as in "CFindRequest 1 7", and then in any order what the sender takes: class=UID instance=UID
// priority=N status=N type=N ae=HEXADECIMAL move=N counts=N,N,N,N tags=N,N,... file=PATH. The file holds the data set
// as it is to be sent. What is not given is 0, "" or NULL.
L_INT SendMessage(LDicomNet& net, Words& words);

}  // namespace probe

#endif  // LDICOMNET_TESTS_INTEROP_PROBE_SENDERS_H
