/// \file
/// The basic types of the interface: integers of fixed width, text, booleans, handles, and the
/// Windows names that code written for this interface expects on every system.
///
/// L_TCHAR is `char`. The library is built for narrow text only; a program that asks for wide text
/// is told so here, at compile time, instead of linking with functions that read its strings wrongly.
///
/// Define LDICOMNET_NO_WINDOWS_NAMES before the first include to keep DWORD, BYTE, BOOL, TEXT() and
/// their like out of a program on a system other than Windows. The L_ types are always there.

#ifndef LDICOMNET_TYPES_H
#define LDICOMNET_TYPES_H

#include <stddef.h>

#if defined(_LEAD_FORCE_UNICODE_) || (defined(_WIN32) && defined(UNICODE))
#error "LDicomNet is built for narrow text (L_TCHAR is char): do not define UNICODE or _LEAD_FORCE_UNICODE_."
#endif

#if defined(_WIN32)
#include <basetsd.h>
#include <tchar.h>
#include <windows.h>
#endif

// ---- Integers, characters, booleans ---------------------------------------------------------

#if defined(_WIN32)
typedef void L_VOID;
#else
/// A macro and not a typedef, so that `f(L_VOID)` declares a function without parameters in C too.
#define L_VOID void
#endif

typedef char L_CHAR;            ///< One byte of text.
typedef unsigned char L_UCHAR;  ///< One byte: a PDU type, a presentation context ID, raw data.
typedef wchar_t L_WCHAR;        ///< A wide character: 16 bits on Windows, 32 elsewhere.
typedef char L_TCHAR;           ///< One character of text in every string of this interface.

typedef signed char L_INT8;
typedef unsigned char L_UINT8;
typedef signed short L_INT16;
typedef unsigned short L_UINT16;
typedef signed int L_INT32;
typedef unsigned int L_UINT32;
#if defined(__GNUC__)
__extension__ typedef signed long long L_INT64;
__extension__ typedef unsigned long long L_UINT64;
#else
typedef signed long long L_INT64;
typedef unsigned long long L_UINT64;
#endif

typedef int L_INT;
typedef unsigned int L_UINT;
#if defined(_WIN32)
typedef long L_LONG;
typedef unsigned long L_ULONG;
#else
typedef int L_LONG;            ///< 32 bits, unlike `long` on 64-bit Unix.
typedef unsigned int L_ULONG;  ///< 32 bits, unlike `unsigned long` on 64-bit Unix.
#endif
typedef signed short L_SHORT;
typedef unsigned short L_USHORT;
typedef int L_BOOL;  ///< L_TRUE or L_FALSE; every value but 0 is taken as true.
typedef float L_FLOAT;
typedef double L_DOUBLE;

#if defined(_WIN32)
typedef SIZE_T L_SIZE_T;
typedef SSIZE_T L_SSIZE_T;
typedef INT_PTR L_INT_PTR;
typedef UINT_PTR L_UINT_PTR;
typedef LONG_PTR L_LONG_PTR;
typedef ULONG_PTR L_ULONG_PTR;
typedef HANDLE L_HANDLE;
typedef HFILE L_HFILE;
typedef HWND L_HWND;
#else
typedef unsigned long L_SIZE_T;
typedef long L_SSIZE_T;
typedef long L_INT_PTR;
typedef unsigned long L_UINT_PTR;
typedef long L_LONG_PTR;
typedef unsigned long L_ULONG_PTR;
typedef void* L_HANDLE;
typedef int L_HFILE;
typedef void* L_HWND;
#endif

#define L_OFFSET L_INT64         ///< A position in a file, or a distance between two.
#define L_UOFFSET L_UINT64       ///< The same, never negative.
typedef L_INT64 L_DICOM_OFFSET;  ///< A position in a DICOM file.

typedef const L_CHAR* L_PCSTR;
typedef const L_TCHAR* L_PCTSTR;

#define L_TRUE 1
#define L_FALSE 0

/// A string or character literal of L_TCHAR.
#define L_TEXT(x) x

/// The longest file name, its terminating NUL included, in characters.
#define L_MAXPATH 264

// ---- Windows names on other systems ---------------------------------------------------------

#if !defined(_WIN32) && !defined(LDICOMNET_NO_WINDOWS_NAMES)

typedef unsigned int DWORD;
typedef unsigned char BYTE;
typedef unsigned short WORD;
typedef int BOOL;
typedef int INT;
typedef unsigned int UINT;
typedef int LONG;
typedef unsigned int ULONG;
typedef L_WCHAR WCHAR;
typedef L_TCHAR TCHAR;
typedef const L_TCHAR* LPCTSTR;
typedef int HRESULT;

// NOLINTBEGIN(bugprone-reserved-identifier): these are Windows' own names, and code is written with them.
#ifndef TRUE
#define TRUE 1
#endif
#ifndef FALSE
#define FALSE 0
#endif
#ifndef TEXT
#define TEXT(x) x
#endif
#ifndef _T
#define _T(x) x
#endif
#ifndef WINAPI
#define WINAPI
#endif
#ifndef CALLBACK
#define CALLBACK
#endif
#ifndef __stdcall
#define __stdcall
#endif
#ifndef __int64
#define __int64 long long
#endif
#ifndef _MAX_PATH
#define _MAX_PATH L_MAXPATH
#endif
// NOLINTEND(bugprone-reserved-identifier)

#endif  // Windows names

// ---- Calling conventions --------------------------------------------------------------------

#if defined(_WIN32)
#define EXT_FUNCTION WINAPI
#define EXT_CALLBACK WINAPI
#else
#define EXT_FUNCTION
#define EXT_CALLBACK
#endif
#define pEXT_FUNCTION EXT_FUNCTION*
#define pEXT_CALLBACK EXT_CALLBACK*

// ---- Handles of the C functions -------------------------------------------------------------

// A handle is a number in the shape of a pointer: it names an object of the library and is never
// the object's address. It must not be dereferenced, and its number is not used again for a long
// time after the object is freed, so that a stale handle is recognised as one.

typedef L_VOID* HDICOMNET;              ///< A network object (LDicomNet).
typedef L_VOID* HDICOMPDU;              ///< An association request or accept (LDicomAssociate).
typedef L_VOID* HDICOMDS;               ///< A data set or command set (LDicomDS).
typedef L_VOID* HDICOMDIR;              ///< A media directory. No function of this version takes one.
typedef L_VOID* HDICOMWAVEFORMGROUP;    ///< A waveform group. No function of this version takes one.
typedef L_VOID* HDICOMWAVEFORMCHANNEL;  ///< A waveform channel. No function of this version takes one.
typedef L_VOID* HDICOMPRINTSCU;         ///< A print client. No function of this version takes one.

#endif  // LDICOMNET_TYPES_H
