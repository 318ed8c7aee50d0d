"""Where an installation keeps its things, and the secret that makes its keyed hashes its own.

Everything stays in one directory: the platform's data directory, or the one that TACTFUL_HOME names.
Short lines and file names can be guessed, so their hashes are keyed with random bytes made once per installation:
a log that leaves the machine says nothing about them without the key file, which no export contains.
"""

import contextlib
import os
import re
import secrets
import tempfile
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tactful_models.errors import SettingsError

NOTEBOOK_CELL = "vscode-notebook-cell"
"""Scheme of a notebook's cell as a document of its own; its path is the notebook's, its fragment the cell."""
KEY_BYTES = 32
DIGEST_BYTES = 12
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_.:-]{1,64}").fullmatch


def data_dir() -> Path:
    """The directory of logs, gates and the key. It need not exist yet."""
    if home := os.environ.get("TACTFUL_HOME"):
        return Path(home).absolute()
    from platformdirs import user_data_path

    return user_data_path("tactful", appauthor=False)


def default_db() -> Path:
    """The feedback log used where no other is named."""
    return data_dir() / "feedback.db"


def default_registry() -> Path:
    """The gate registry used where no other is named."""
    return data_dir() / "gates"


def install_key() -> bytes:
    """This installation's 32 secret bytes, made at first use. Read from disk once per process and directory.

    Raises:
        SettingsError: the key file cannot be read or made, or holds something else.
    """
    return _key_in(data_dir())


def keyed_hash(text: str) -> str:
    """24 hex digits (BLAKE2b, keyed): the same for the same text on this installation, meaningless elsewhere."""
    return blake2b(text.encode("utf-8", "surrogatepass"), key=install_key(), digest_size=DIGEST_BYTES).hexdigest()


def user_key() -> str:
    """The one key of whoever uses this installation."""
    return keyed_hash("user")


def file_key(uri_or_path: str) -> str:
    """The key of a document: the same for `file:///a/b.py`, `/a/b.py` and, from `/a`, `b.py`. Touches no disk.

    A notebook's cells have the notebook's: who purges it means them all.
    """
    return keyed_hash("file:" + _normal(uri_or_path))


def project_key(uri_or_path: str) -> str:
    """The key of a workspace folder, written either way."""
    return keyed_hash("project:" + _normal(uri_or_path))


def reviewer_name(name: str) -> str:
    """A reviewer's name as the log keeps it: itself where it is plain, else its keyed hash (an address, a full name).

    >>> reviewer_name("ada")
    'ada'
    """
    return name if _PLAIN_NAME(name) else keyed_hash("reviewer:" + name)


def _normal(uri_or_path: str) -> str:
    try:
        parts = urlsplit(uri_or_path)
    except ValueError:  # it says that it has a host, and has none
        return uri_or_path
    if parts.scheme == NOTEBOOK_CELL and parts.path.startswith("/"):
        uri_or_path = _local_path("", unquote(parts.path))
    elif parts.scheme == "file":
        uri_or_path = _local_path(parts.netloc, unquote(parts.path))
    elif len(parts.scheme) > 1:  # untitled: …; one letter is a Windows drive
        return uri_or_path
    return os.path.normcase(os.path.abspath(uri_or_path))  # noqa: PTH100 (Path.absolute keeps `..`)


def _local_path(host: str, path: str) -> str:
    if host and host != "localhost":
        return f"//{host}{path}"
    has_drive = len(path) > 2 and path[0] == "/" and path[2] == ":"
    return path[1:] if has_drive else path


@lru_cache(maxsize=8)
def _key_in(directory: Path) -> bytes:
    path = directory / "install.key"
    try:
        key = _existing(path) or _made(path)
    except OSError as fault:
        raise SettingsError(f"The installation's key {path} cannot be read or made: {fault.strerror}.") from fault
    if len(key) != KEY_BYTES:
        raise SettingsError(
            f"{path} is not a key ({len(key)} bytes instead of {KEY_BYTES}): put the former file back, or delete it "
            "to begin with a new one (logged file and text hashes will then not match earlier ones)."
        )
    return key


def _existing(path: Path) -> bytes | None:
    try:
        key = path.read_bytes()
    except FileNotFoundError:
        return None
    if os.name == "posix" and path.stat().st_mode & 0o077:
        path.chmod(0o600)
    return key


def _made(path: Path) -> bytes:
    """Write a new key under a name of its own and link it: of two processes that do so at once, both read the first."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".install-", dir=path.parent)  # mode 0600
    draft = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(draft)
    finally:
        draft.unlink()
    return path.read_bytes()
