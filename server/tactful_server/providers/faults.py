"""Every way a model server lets one down, each with a word for the status and a rule for when to try again.

```
ProviderError                    (tactful_models.errors)
└── ModelServerError
    ├── RefusedError             nobody listens at the address
    ├── ConnectTimeoutError      the address does not answer
    ├── FirstTokenTimeoutError   the server took the request and said nothing
    ├── UnauthorizedError        401, 403: the key is missing or wrong
    ├── NotFoundError            404: no such model or path
    ├── RateLimitedError         429
    ├── UnsupportedError         501, or a 4xx that says so: the model fills in no middle
    ├── BadRequestError          any other 4xx
    ├── ServerError              5xx, or an error object in the answer
    ├── RedirectError            3xx: redirects are not followed
    ├── CutError                 the answer broke off
    ├── GarbageError             the answer is not in the protocol
    ├── EndlessError             more came than was asked for
    ├── SlowError                the answer was not whole in time
    ├── EmbeddedError            the embedded model cannot be served
    └── RestingError             not asked: the last fault was too recent
```

A message names the address without its query, never a key and never text of the document.
"""

from typing import ClassVar

from tactful_models.errors import ProviderError


class ModelServerError(ProviderError):
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


class RefusedError(ModelServerError):
    """Nobody listens at the address."""

    state = "unreachable"


class ConnectTimeoutError(ModelServerError):
    """The address does not answer."""

    state = "unreachable"


class FirstTokenTimeoutError(ModelServerError):
    """The server took the request and said nothing in time."""

    state = "timeout"


class UnauthorizedError(ModelServerError):
    """The key is missing or wrong."""

    state = "unauthorized"
    lasting = True


class NotFoundError(ModelServerError):
    """The server has no such model or path."""

    state = "not_found"
    lasting = True


class RateLimitedError(ModelServerError):
    """The server asks for fewer requests."""

    state = "rate_limited"


class BadRequestError(ModelServerError):
    """The server refuses the request as it is."""

    state = "bad_request"
    lasting = True


class UnsupportedError(ModelServerError):
    """The model fills in no middle; asked without what follows, it may well answer."""

    state = "unsupported"
    backs_off = False


class ServerError(ModelServerError):
    """The server failed."""

    state = "server_error"


class RedirectError(ModelServerError):
    """The server points elsewhere; the prompt is sent nowhere but to the address in the settings."""

    state = "redirected"
    lasting = True


class CutError(ModelServerError):
    """The answer broke off."""

    state = "cut"


class GarbageError(ModelServerError):
    """The answer is not in the protocol."""

    state = "garbage"


class EndlessError(ModelServerError):
    """More came than was asked for."""

    state = "endless"


class SlowError(ModelServerError):
    """The answer was not whole in time."""

    state = "slow"


class EmbeddedError(ModelServerError):
    """The embedded model cannot be served on this machine."""

    state = "embedded_failed"
    lasting = True


class RestingError(ModelServerError):
    """The server was not asked, because it failed too recently."""

    state = "resting"
    backs_off = False
