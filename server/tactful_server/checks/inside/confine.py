"""The first program in the sandbox: lays out the copy of the project, sets the limits, and becomes the command.

`confine.py ORDER COMMAND …`, where ORDER is a JSON object: `folder`, `archive` (the file descriptor of what
`packing.py` packed, or null), `files` (the descriptor of a JSON object of paths and texts that take their places, or
null), `limits` (numbers by the names of `resource`, without RLIMIT_).
"""

import ctypes
import json
import mmap
import os
import platform
import re
import resource
import select
import sys

_CODING = re.compile(r"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
"""As PEP 263 has it."""
_JOIN_SESSION_KEYRING = 1
_KEYCTL = {"x86_64": 250, "aarch64": 219, "riscv64": 219, "armv7l": 311, "ppc64le": 271, "s390x": 280}
"""The number of the system call, by machine."""


def unpack(archive: int, folder: str) -> None:
    """Write the packed files and links below the folder."""
    size = os.fstat(archive).st_size
    if not size:
        return
    with mmap.mmap(archive, size, prot=mmap.PROT_READ) as packed:
        view = memoryview(packed)
        length = int.from_bytes(view[-8:], "little")
        entries = json.loads(bytes(view[size - 8 - length : size - 8]))
        for place, mode, link, start, n_bytes in entries:
            path = os.path.join(folder, place)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            if link is not None:
                os.symlink(link, path)
            else:
                _write(path, view[start : start + n_bytes], mode)
        view.release()


def replace(files: int, folder: str) -> None:
    """Write the texts that take the places of what was packed."""
    for place, text in json.loads(_all(files)).items():
        path = os.path.join(folder, place)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        _write(path, encoded(text), 0o644)


def encoded(text: str) -> bytes:
    """A text in the coding that one of its first two lines names, as Python would read it again; else in UTF-8."""
    for line in text.split("\n", 2)[:2]:
        if named := _CODING.match(line):
            try:
                return text.encode(named[1])
            except (LookupError, ValueError):
                break
    return text.encode("utf-8", "surrogatepass")


def confine(limits: dict[str, int]) -> None:
    """Set the limits, for good."""
    for name, value in limits.items():
        which = getattr(resource, "RLIMIT_" + name)
        hard = resource.getrlimit(which)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(which, (value, value))


def _write(path: str, content: bytes | memoryview, mode: int) -> None:
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode | 0o600)
    try:
        while content:
            content = content[os.write(file, content) :]
    finally:
        os.close(file)


def _all(file: int) -> bytes:
    size = os.fstat(file).st_size
    found = b""
    while len(found) < size:
        found += os.pread(file, size - len(found), len(found))
    return found


def step_back_as_a_session() -> None:
    """Where Linux shares the processor out by session (autogroup), the sandbox's own has to be as humble as we are."""
    try:
        with open("/proc/self/autogroup", "w") as file:
            file.write(str(os.nice(0)))
    except OSError:
        pass


def leave_the_keys() -> None:
    """The kernel's keyring of a session goes along into every namespace: from here on there is a new, empty one."""
    if (number := _KEYCTL.get(platform.machine())) is not None:
        ctypes.CDLL(None).syscall(number, _JOIN_SESSION_KEYRING, None)


def go_along() -> None:
    """End, where nobody is left to read what is told: whoever started this was killed before bubblewrap hung on to it.

    From here on the kernel ends all this with it.
    """
    if told := os.environ.get("TACTFUL_TOLD"):
        pipe = select.poll()
        pipe.register(int(told), 0)
        if pipe.poll(0):  # its other end is closed
            sys.exit(1)


def main() -> None:
    """Run."""
    step_back_as_a_session()
    leave_the_keys()
    order, command = json.loads(sys.argv[1]), sys.argv[2:]
    if order["archive"] is not None:
        unpack(order["archive"], order["folder"])
        os.close(order["archive"])
    if order["files"] is not None:
        replace(order["files"], order["folder"])
        os.close(order["files"])
    os.chdir(order["folder"])
    confine(order["limits"])
    go_along()
    os.execv(command[0], command)


if __name__ == "__main__":
    main()
