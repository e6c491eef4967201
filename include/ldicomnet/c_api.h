/// \file
/// The C functions of LDicomNet: the same powers as the C++ classes, behind handles.
///
/// Three kinds of handles, a header each: network objects (c_api_net.h), associations
/// (c_api_associate.h), data sets and command sets (c_api_ds.h). The order of a program:
/// L_DicomStartUp, L_DicomCreateNet, L_DicomSetCallback, then L_DicomListen or L_DicomConnect; at the
/// end L_DicomClose or L_DicomCloseForced, L_DicomFreeNet, L_DicomShutDown.
///
/// Common to every function:
///
/// - **Handles.** A handle that is NULL, has been freed, or is of another kind or of nothing at all is recognised:
///   the answer is DICOM_ERROR_PARAMETER where a code is returned, else 0, L_FALSE or NULL, and nothing happens. A
///   handle that is freed while another thread is inside a function on it stays usable for that call; the
///   object goes when the call returns.
/// - **Handles that are lent.** hPDU, hCS and hDS given to a callback end with it, and L_DicomGetAssociate's ends as
///   said there. The handle of a network object that C++ has made (LDicomNet::SetCallback) ends with that object. None
///   of them is freed by the program: L_DicomFreeAssociate, L_DicomFreeDS and L_DicomFreeNet of such a handle do
///   nothing. What a callback was given may be used on other threads until the callback returns, which waits for a
///   function that is still using it.
/// - **Text** is `const L_TCHAR *` where it goes in, ended by NUL and copied; where it comes out, the buffer's size
///   counts characters and the text is always ended.
/// - **Codes.** L_INT is DICOM_SUCCESS or one of errors.h. No memory is DICOM_ERROR_MEMORY, NULL where a pointer is
///   needed DICOM_ERROR_NULL_PTR.
/// - **Threads.** Functions on network handles may be called from any thread, at the same time, and inside every
///   callback. One association or data set handle is for one thread at a time; different ones are
///   independent of each other.
/// - A thread must not be cancelled (pthread_cancel) inside a function.

#ifndef LDICOMNET_C_API_H
#define LDICOMNET_C_API_H

#include "ldicomnet/c_api_associate.h"
#include "ldicomnet/c_api_ds.h"
#include "ldicomnet/c_api_net.h"
#include "ldicomnet/c_api_tls.h"
#include "ldicomnet/c_api_uid.h"

#endif  // LDICOMNET_C_API_H
