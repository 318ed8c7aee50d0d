"""Every way a model server lets one down, each with a word for the status and a rule for when to try again.

```
ProviderError                    (tactful_models.errors)
└── Fault
    ├── RefusedFault             nobody listens at the address
    ├── ConnectTimeoutFault      the address does not answer
    ├── FirstTokenTimeoutFault   the server took the request and said nothing
    ├── UnauthorizedFault        401, 403: the key is missing or wrong
    ├── NotFoundFault            404: no such model or path
    ├── RateLimitedFault         429
    ├── BadRequestFault          any other 4xx
    ├── ServerFault              5xx, or an error object in the answer
    ├── RedirectFault            3xx: redirects are not followed
    ├── CutFault                 the answer broke off
    ├── GarbageFault             the answer is not in the protocol
    ├── EndlessFault             more came than was asked for
    ├── SlowFault                the answer was not whole in time
    ├── EmbeddedFault            the embedded model cannot be served
    └── RestingFault             not asked: the last fault was too recent
```

A message names the address without its query, never a key and never text of the document.
"""

from typing import ClassVar

from tactful_models.errors import ProviderError


class Fault(ProviderError):
    """A model server gave no usable answer."""

    state: ClassVar[str] = "failed"
    """One word for the status."""
    backs_off: ClassVar[bool] = True
    """Whether to leave the server alone for a while."""
    lasting: ClassVar[bool] = False
    """Whether it takes the user to mend it, so that trying again soon is of no use."""

    def __init__(self, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s
        """What the server asked for, in seconds; None where it said nothing."""


class RefusedFault(Fault):
    """Nobody listens at the address."""

    state = "unreachable"


class ConnectTimeoutFault(Fault):
    """The address does not answer."""

    state = "unreachable"


class FirstTokenTimeoutFault(Fault):
    """The server took the request and said nothing in time."""

    state = "timeout"


class UnauthorizedFault(Fault):
    """The key is missing or wrong."""

    state = "unauthorized"
    lasting = True


class NotFoundFault(Fault):
    """The server has no such model or path."""

    state = "not_found"
    lasting = True


class RateLimitedFault(Fault):
    """The server asks for fewer requests."""

    state = "rate_limited"


class BadRequestFault(Fault):
    """The server refuses the request as it is."""

    state = "bad_request"
    lasting = True


class ServerFault(Fault):
    """The server failed."""

    state = "server_error"


class RedirectFault(Fault):
    """The server points elsewhere; the prompt is sent nowhere but to the address in the settings."""

    state = "redirected"
    lasting = True


class CutFault(Fault):
    """The answer broke off."""

    state = "cut"


class GarbageFault(Fault):
    """The answer is not in the protocol."""

    state = "garbage"


class EndlessFault(Fault):
    """More came than was asked for."""

    state = "endless"


class SlowFault(Fault):
    """The answer was not whole in time."""

    state = "slow"


class EmbeddedFault(Fault):
    """The embedded model cannot be served on this machine."""

    state = "embedded_failed"
    lasting = True


class RestingFault(Fault):
    """The server was not asked, because it failed too recently."""

    state = "resting"
    backs_off = False
