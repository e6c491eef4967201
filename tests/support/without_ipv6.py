"""Runs a program for which the system has no IPv6: no socket of it can be made, as on a kernel with ipv6.disable=1.

    without_ipv6.py PROGRAM ARGUMENT...
"""

import ctypes
import errno
import os
import socket
import struct
import sys

# <linux/prctl.h>, <linux/seccomp.h>, <linux/bpf_common.h>, and the number of socket(2).
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO = 0x7FFF0000, 0x00050000
LOAD_WORD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
OFFSET_OF_NUMBER, OFFSET_OF_FIRST_ARGUMENT = 0, 16  # struct seccomp_data, little-endian
SOCKET = {"x86_64": 41, "aarch64": 198}[os.uname().machine]


def statement(code, value, if_true=0, if_false=0):
    return struct.pack("HBBI", code, if_true, if_false, value)


FILTER = [
    statement(LOAD_WORD, OFFSET_OF_NUMBER),
    statement(JUMP_IF_EQUAL, SOCKET, 0, 3),
    statement(LOAD_WORD, OFFSET_OF_FIRST_ARGUMENT),
    statement(JUMP_IF_EQUAL, socket.AF_INET6, 0, 1),
    statement(RETURN, SECCOMP_RET_ERRNO | errno.EAFNOSUPPORT),
    statement(RETURN, SECCOMP_RET_ALLOW),
]


class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]


def prctl(*arguments):
    if libc.prctl(*arguments) != 0:
        number = ctypes.get_errno()
        sys.exit(f"prctl{arguments}: {os.strerror(number)}")


libc = ctypes.CDLL(None, use_errno=True)
libc.prctl.argtypes = [ctypes.c_int] + [ctypes.c_void_p] * 4  # unsigned long each
prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(Program(len(FILTER), b"".join(FILTER))), 0, 0)
os.execvp(sys.argv[1], sys.argv[1:])
