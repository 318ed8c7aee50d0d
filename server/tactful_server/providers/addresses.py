"""Where a model server is, what it may take, and how that is said aloud."""

import ipaddress
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from tactful_models.errors import SettingsError
from tactful_server.providers.keys import KeyName, Secret

_KEY_PARAMETERS = frozenset({"key", "api_key", "api-key", "apikey", "token", "access_token", "sig", "code", "secret"})


@dataclass(frozen=True, slots=True)
class Limits:
    """What one answer may cost before it counts as a fault."""

    connect_s: float = 2.0
    """Until the connection stands."""
    first_token_s: float = 15.0
    """From the request to the first text; a cold prompt on a small CPU takes 5 s."""
    overall_s: float = 30.0
    """From the request to the end of the answer."""
    line_bytes: int = 262_144
    """In one line of the protocol."""
    chars_per_token: int = 48
    """More text than this for each token asked for is too much."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A model server, as the settings name it."""

    address: str
    """`http://127.0.0.1:8080`, with or without the protocol's path."""
    model: str = ""
    """The model's name, as sent to the server and shown in keys."""
    key: KeyName | Secret | None = None
    """What it asks for as a bearer token, or where to find that."""
    limits: Limits = field(default_factory=Limits)
    """Bounds for each answer."""

    def __post_init__(self) -> None:
        check_address(self.address)

    @property
    def shown(self) -> str:
        """The address for messages: no query, no user."""
        parts = urlsplit(self.address)
        port = f":{parts.port}" if parts.port else ""
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
        return f"{parts.scheme}://{host}{port}{parts.path.rstrip('/')}"

    @property
    def is_loopback(self) -> bool:
        """Whether it is on this machine, so that no proxy may stand between."""
        host = urlsplit(self.address).hostname or ""
        if host == "localhost" or host.endswith(".localhost"):
            return True
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return False

    @property
    def is_encrypted(self) -> bool:
        """Whether it is spoken to over TLS."""
        return urlsplit(self.address).scheme == "https"

    def url(self, path: str) -> str:
        """The address with the protocol's path, which may already stand there in full or in part (`…/v1`).

        >>> Endpoint("http://h:1/v1").url("/v1/completions")
        'http://h:1/v1/completions'
        """
        parts = urlsplit(self.address)
        base = parts.path.rstrip("/")
        if not base.endswith(path):
            first = "/" + path.split("/")[1]
            base = base.removesuffix(first) + path
        return parts._replace(path=base).geturl()


def check_address(address: str) -> None:
    """See that the address can be used and carries no secret.

    Raises:
        SettingsError: no http(s) URL, or one with a password or a key in it; the address itself is not repeated.
    """
    try:
        parts = urlsplit(address)
        usable = (
            parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and address.isprintable()
        )
        (parts.hostname or "").encode("idna")  # a part of it may be empty or too long
    except ValueError:
        usable = False
    if not usable:
        raise SettingsError("The model server's address is no http:// or https:// URL with a host and a valid port.")
    names = {name.lower() for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    if parts.username or parts.password or names & _KEY_PARAMETERS:
        raise SettingsError(
            "The model server's address holds a password or key; take it out and name an environment variable "
            "(env:NAME) or a keyring entry (keyring:SERVICE/USER) as the key instead."
        )
