/// \file
/// LDicomNet: DICOM networking for C++ and C. This is the one file to include.
///
/// In C++ it gives the classes LDicomNet, LDicomAssociate, LDicomDS and LDicomUID, and the C functions beside them; in
/// C the C functions (ldicomnet/c_api.h). Each part is a header of its own below, and each of these is the manual of
/// its part.
///
/// **Log.** What goes wrong, with its particulars, is logged to standard error, from level warn on. The environment
/// variable LDICOMNET_LOG, read when the first object is made, sets another level: off, error, warn, info, debug,
/// trace. In a program whose Rust part has set up `tracing` itself, the log goes there.
///
/// C99 or C++11 and later. Nothing here names another library, and nothing is generated.

#ifndef LTDIC_H
#define LTDIC_H

#include "ldicomnet/c_api.h"
#include "ldicomnet/callbacks.h"
#include "ldicomnet/constants.h"
#include "ldicomnet/ds_constants.h"
#include "ldicomnet/errors.h"
#include "ldicomnet/export.h"
#include "ldicomnet/structs.h"
#include "ldicomnet/tags.h"
#include "ldicomnet/tls_constants.h"
#include "ldicomnet/types.h"
#include "ldicomnet/uids.h"

#if defined(__cplusplus)
#include "ldicomnet/dicom_associate.h"
#include "ldicomnet/dicom_ds.h"
#include "ldicomnet/dicom_net.h"
#include "ldicomnet/dicom_net_helpers.h"
#include "ldicomnet/dicom_uid.h"
#endif

#endif  // LTDIC_H
