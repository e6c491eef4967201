/// \file
/// How the symbols of LDicomNet are exported, and how its C functions are declared.
///
/// LDICOMNET_API marks everything that a program may link with. On ELF and Mach-O systems it is
/// default visibility: the library itself is compiled with hidden visibility, so that what does not
/// carry the mark cannot be reached. On Windows it is dllimport for a program that defines
/// LDICOMNET_SHARED (the CMake target of the shared library does), dllexport while the library
/// itself is compiled (LDICOMNET_BUILDING), and nothing for the static library.
///
/// This file declares nothing.

#ifndef LDICOMNET_EXPORT_H
#define LDICOMNET_EXPORT_H

#if defined(_WIN32)
#if defined(LDICOMNET_BUILDING)
#define LDICOMNET_API __declspec(dllexport)
#elif defined(LDICOMNET_SHARED)
#define LDICOMNET_API __declspec(dllimport)
#else
#define LDICOMNET_API
#endif
#elif defined(__GNUC__)
#define LDICOMNET_API __attribute__((visibility("default")))
#else
#define LDICOMNET_API
#endif

// Around the declarations of the C functions.
#if defined(__cplusplus)
#define LDICOMNET_C_BEGIN extern "C" {
#define LDICOMNET_C_END }
#else
#define LDICOMNET_C_BEGIN
#define LDICOMNET_C_END
#endif

#endif  // LDICOMNET_EXPORT_H
