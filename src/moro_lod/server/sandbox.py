"""The cage of a query worker: no network, no other programs, bounded memory. Linux on x86_64 and aarch64.

The filter is installed before anything else is loaded, so that every later thread is under it, and then tried out: a worker
that could open a socket ends instead of answering. Imported by the worker, therefore nothing but ctypes and os here.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys

_ARCHITECTURES = {  # machine: (AUDIT_ARCH, numbers of the denied system calls)
    "x86_64": (
        0xC000003E,
        {
            "socket": 41, "connect": 42, "sendto": 44, "sendmsg": 46, "bind": 49, "listen": 50, "execve": 59, "ptrace": 101,
            "unshare": 272, "process_vm_readv": 310, "process_vm_writev": 311, "bpf": 321, "execveat": 322,
            "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427, "pidfd_getfd": 438,
        },
    ),
    "aarch64": (
        0xC00000B7,
        {
            "socket": 198, "connect": 203, "sendto": 206, "sendmsg": 211, "bind": 200, "listen": 201, "execve": 221, "ptrace": 117,
            "unshare": 97, "process_vm_readv": 270, "process_vm_writev": 271, "bpf": 280, "execveat": 281,
            "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427, "pidfd_getfd": 438,
        },
    ),
}  # fmt: skip

_LOAD, _JUMP_EQUAL, _JUMP_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06  # BPF_LD|W|ABS, BPF_JMP|JEQ|K, |JGE|K, BPF_RET|K
_ALLOW, _DENY, _KILL = 0x7FFF0000, 0x00050000 | 13, 0x80000000  # 13: EACCES
_NUMBER, _ARCHITECTURE = 0, 4  # offsets in struct seccomp_data
_X32 = 0x40000000  # system calls of the x32 ABI on x86_64
_SET_NO_NEW_PRIVILEGES, _SET_SECCOMP, _SET_PARENT_DEATH_SIGNAL, _FILTER = 38, 22, 1, 2


def is_supported() -> bool:
    """Whether this machine can put workers into the cage."""
    return sys.platform == "linux" and os.uname().machine in _ARCHITECTURES


def program(machine: str) -> bytes:
    """The BPF program: allow all but the denied calls; another architecture's calls kill the process."""
    architecture, calls = _ARCHITECTURES[machine]
    numbers = sorted(calls.values())
    count = len(numbers)
    code = [(_LOAD, 0, 0, _ARCHITECTURE), (_JUMP_EQUAL, 1, 0, architecture), (_RETURN, 0, 0, _KILL), (_LOAD, 0, 0, _NUMBER)]
    code.append((_JUMP_AT_LEAST, count + 1, 0, _X32))
    code += [(_JUMP_EQUAL, count - place, 0, number) for place, number in enumerate(numbers)]
    code += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _DENY)]
    return b"".join(struct.pack("=HBBI", *each) for each in code)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def enter() -> None:
    """Deny this process and its later threads all network and other programs, for good. Raises OSError if that fails."""
    code = program(os.uname().machine)
    buffer = ctypes.create_string_buffer(code, len(code))
    filters = _Program(len(code) // 8, ctypes.cast(buffer, ctypes.c_void_p))
    library = ctypes.CDLL(None, use_errno=True)
    if library.prctl(_SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_NO_NEW_PRIVS)")
    if library.prctl(_SET_SECCOMP, _FILTER, ctypes.byref(filters), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_SECCOMP)")
    for family in (1, 2, 10):  # AF_UNIX, AF_INET, AF_INET6
        descriptor = library.socket(family, 1, 0)
        if descriptor >= 0:
            os.close(descriptor)
            raise OSError(0, "the filter lets sockets through")


def die_with_parent() -> None:
    """Let the kernel end this process when the server ends, however that happens."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, 9, 0, 0, 0)
