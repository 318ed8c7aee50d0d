"""SQLite's errors, told in Tactful's words."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tactful_models.errors import LogCorruptError, LogError, LogLockedError

CORRUPT = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
LOCKED = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


@contextmanager
def told_plainly(path: str | Path) -> Iterator[None]:
    """Map what sqlite3 raises inside to LogError and its kinds; `path` names the file in the message.

    Raises:
        LogLockedError: another process holds the file.
        LogCorruptError: the file is damaged or no SQLite database.
        LogError: anything else the database or the disk refuses.
        ValueError: a value that no row can hold.
    """
    try:
        yield
    except (sqlite3.IntegrityError, sqlite3.DataError, sqlite3.InterfaceError, OverflowError) as fault:
        raise ValueError(f"the feedback log refuses the row: {fault}") from fault
    except sqlite3.Error as fault:
        if "binding parameter" in str(fault):  # InterfaceError or ProgrammingError, by Python's version
            raise ValueError(f"the feedback log refuses the row: {fault}") from fault
        raise _mapped(fault, path) from fault


def _mapped(fault: sqlite3.Error, path: str | Path) -> LogError:
    code = getattr(fault, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if code in LOCKED:
        return LogLockedError(f"The feedback log {path} is locked by another process; try again when it is done.")
    if code in CORRUPT:
        return LogCorruptError(
            f"The feedback log {path} is damaged or no SQLite database ({fault}); move it away to begin a new one."
        )
    return LogError(f"The feedback log {path} {_refusal(code)} ({fault}).")


def _refusal(code: int) -> str:
    return {
        sqlite3.SQLITE_FULL: "has no room left: free some disk space",
        sqlite3.SQLITE_READONLY: "cannot be written: its file or directory is read-only",
        sqlite3.SQLITE_CANTOPEN: "cannot be opened: check that its directory exists and may be written",
        sqlite3.SQLITE_IOERR: "could not be read or written: check the disk",
        sqlite3.SQLITE_PERM: "may not be opened: check its permissions",
    }.get(code, "could not be used")
