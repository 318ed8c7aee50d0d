"""Secrets taken out of suggested code before it is kept.

detect-secrets' detectors look at each line, without its allow-list comments and without asking anyone over the
network; rules of our own add what a suggestion in mid-line leaves it no context for: unquoted tokens, assignments as
in `.env` files, and the body of private keys. Where in doubt a text loses more than it had to.
"""

import logging
import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from typing import Final, Protocol

REDACTED: Final = "<redacted>"
"""Stands where a secret stood."""

_PRIVATE_KEY: Final = re.compile(r"-{2,}\s*BEGIN [A-Z0-9 ]*PRIVATE KEY.*?(?:-{2,}\s*END [A-Z0-9 ]*-{2,}|\Z)", re.DOTALL)
_ENV: Final = re.compile(r"(?m)^(\s*(?:export\s+)?[A-Z][A-Z0-9_]*=)(?!=)(.+)$")
_NAME: Final = r"""(?:(?:pass(?:wd|word|phrase|code)?|(?<![a-z])pw(?![a-z])|pwd|secret|token|credential|api_?-?key|auth
    |private_?-?key|access_?-?key)[\w-]*["'\]\\]*)"""
_QUOTED: Final = re.compile(
    rf"""(?isx)
    ({_NAME} (?:\s*:\s*[\w.\[\]|\ ]{{1,40}}?)? \s*(?:[:!=]?={{1,2}}|=>|:)\s* [brfu]{{0,2}}\\*)
    (?: (\"{{3}}|'{{3}})(?:(?!\2).)+ | (["'`])(?:\\.|(?!\3)[^\\\n])+ )  # up to the closing quote
    """
)
_BARE: Final = re.compile(
    rf"""(?ix)
    ({_NAME}\s*(?::=|=>|=|:)\s*)
    (?![\s"'`])((?:(?:basic|bearer|digest|negotiate|token)\ +)?[^"'`\s,;)}}\]]{{3,}})
    """
)
_BEARER: Final = re.compile(r"(?i)\b((?:basic|bearer)\s+)(?=[\w+/=~.-]*\d)[\w+/=~.-]{6,}")
_URL_PASSWORD: Final = re.compile(r"(?<=://)([^\s/:@\"']*):([^\s/@\"']+)@")
_RUN: Final = re.compile(r"[A-Za-z0-9+/_=~.-]{16,}")
_HEX: Final = re.compile(r"[0-9a-fA-F-]+")
_WORDS: Final = re.compile(
    r"(?>[A-Z]?[a-z]{2,}+|(?<![a-zA-Z0-9])[a-z](?![a-zA-Z])|[A-Z]++|\d{1,4}+(?!\d)|[+/_=~.-]++)*+"
)
"""Words of two letters and more in snake or camel case, with small numbers between them."""
_LONGEST_LINE: Final = 2000
"""Characters; a longer line is not looked at but redacted whole."""
_WIDE: Final = re.compile(r"\s{3,}")
_logger = logging.getLogger(__name__)


class _Detector(Protocol):
    def analyze_string(self, string: str) -> Iterable[str]: ...


def redact(text: str) -> str:
    """The text with `<redacted>` for whatever looks like a secret; empty when detect-secrets cannot be loaded."""
    try:
        detectors = _detectors()
    except ImportError:
        _logger.warning("detect-secrets cannot be imported: no text is kept")
        return ""
    text = _PRIVATE_KEY.sub(REDACTED, text)
    text = _ENV.sub(rf"\1{REDACTED}", text)
    text = _QUOTED.sub(_with_its_quote, text)  # before a detector takes a part and the quotes no longer match
    text = "\n".join(_line_without(line, detectors) for line in text.split("\n"))
    text = _URL_PASSWORD.sub(rf"\1:{REDACTED}@", text)
    text = _BARE.sub(rf"\1{REDACTED}", text)
    text = _BEARER.sub(rf"\1{REDACTED}", text)
    return _RUN.sub(_unless_ordinary, text)


def _with_its_quote(assigned: re.Match[str]) -> str:
    return f"{assigned[1]}{assigned[2] or assigned[3]}{REDACTED}"


def _line_without(line: str, detectors: tuple[_Detector, ...]) -> str:
    if len(line) > _LONGEST_LINE:
        return REDACTED
    narrow = _WIDE.sub("  ", line)  # some detectors take minutes for a thousand blanks
    for secret in sorted(set(_secrets(narrow, detectors)), key=len, reverse=True):
        line = line.replace(secret, REDACTED)
    return line


def _secrets(line: str, detectors: tuple[_Detector, ...]) -> Iterator[str]:
    for detector in detectors:
        yield from (found for found in detector.analyze_string(line) if len(found) > 2 and found != REDACTED)


def _unless_ordinary(run: re.Match[str]) -> str:
    return REDACTED if _looks_random(run.group()) else run.group()


def _looks_random(run: str) -> bool:
    """Whether a run of 16 signs or more is not made of words and has digits and an entropy that names don't have."""
    if _WORDS.fullmatch(run) or not any(sign.isdigit() for sign in run) or not any(sign.isalpha() for sign in run):
        return False
    return _entropy(run) > (2.9 if _HEX.fullmatch(run) else 3.4)


def _entropy(run: str) -> float:
    """Shannon's, in bits a sign."""
    return -sum(n / len(run) * math.log2(n / len(run)) for n in Counter(run).values())


@lru_cache(maxsize=1)
def _detectors() -> tuple[_Detector, ...]:
    from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class
    from detect_secrets.plugins.high_entropy_strings import HighEntropyStringsPlugin
    from detect_secrets.plugins.ip_public import IPPublicDetector
    from detect_secrets.plugins.private_key import PrivateKeyDetector

    classes: Collection[type[_Detector]] = get_mapping_from_secret_type_to_class().values()
    apart = (HighEntropyStringsPlugin, IPPublicDetector, PrivateKeyDetector)  # judged above, or no secret
    return tuple(plugin() for plugin in classes if not issubclass(plugin, apart))
