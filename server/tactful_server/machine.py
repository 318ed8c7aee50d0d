"""What the machine can do, as far as the embedded model and the gate depend on it."""

import ctypes
import platform
from pathlib import Path

_X86 = frozenset({"x86_64", "amd64"})


def has_avx2(cpuinfo: Path = Path("/proc/cpuinfo")) -> bool | None:
    """Whether the processor knows AVX2; None where that cannot be told or does not matter (no x86, no /proc)."""
    if platform.machine().lower() not in _X86:
        return None
    try:
        text = cpuinfo.read_text("utf-8", errors="replace")
    except OSError:
        return None
    flags = next((line for line in text.splitlines() if line.startswith("flags")), "")
    return "avx2" in flags.split() if flags else None


def has_libgomp() -> bool | None:
    """Whether the OpenMP runtime that LightGBM and the embedded model need can be loaded; None beside Linux."""
    if platform.system() != "Linux":
        return None
    try:
        ctypes.CDLL("libgomp.so.1")
    except OSError:
        return False
    return True
