"""Keys of model servers: named in the settings, kept in the environment or the keyring, never shown."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass

from tactful_models.errors import SettingsError
from tactful_server.providers.faults import UnauthorizedError


class Secret:
    """A key that says nothing of itself unless asked by `reveal`.

    >>> f"{Secret('sk-123')}"
    'Secret(…)'
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The key itself, for the one header it is meant for."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(…)"

    def __reduce__(self) -> str:
        raise TypeError("A secret is not written anywhere.")


@dataclass(frozen=True, slots=True)
class KeyName:
    """Where a key is to be found."""

    place: str
    """`env` or `keyring`."""
    name: str
    """The variable's name, or the keyring's service."""
    user: str = ""
    """The keyring entry's user name."""

    def read(self, environ: Mapping[str, str] | None = None) -> Secret:
        """The key. The keyring may ask the user and block; call that in a thread.

        Raises:
            UnauthorizedError: it is not there, or no keyring can be opened.
        """
        if self.place == "env":
            value = (os.environ if environ is None else environ).get(self.name)
        else:
            value = _from_keyring(self.name, self.user)
        if not value or not value.strip():
            raise UnauthorizedError(
                "The model server's key is not where the settings say it is; set the environment variable or keyring "
                "entry they name and restart."
            )
        return Secret(value.strip())


def parse_key(setting: str) -> KeyName | None:
    """Read the setting that says where the key is: `env:NAME`, `keyring:SERVICE/USER`, or nothing for no key.

    Raises:
        SettingsError: it is neither, for instance the key itself; its text is not repeated.
    """
    setting = setting.strip()
    if not setting:
        return None
    if match := re.fullmatch(r"env:([A-Za-z_][A-Za-z0-9_]{0,99})", setting):
        return KeyName("env", match[1])
    if match := re.fullmatch(r"keyring:([^/]+)/(.+)", setting):
        return KeyName("keyring", match[1], match[2])
    raise SettingsError(
        "A key is not written in the settings; put it into an environment variable or the keyring and write env:NAME "
        "or keyring:SERVICE/USER instead."
    )


def _from_keyring(service: str, user: str) -> str | None:
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError as error:
        raise UnauthorizedError("The settings name a keyring entry; install it with `pip install keyring`.") from error
    try:
        value: str | None = keyring.get_password(service, user)
    except KeyringError as error:
        raise UnauthorizedError(
            "The keyring cannot be opened; unlock it, or name an environment variable (env:NAME) instead."
        ) from error
    return value
