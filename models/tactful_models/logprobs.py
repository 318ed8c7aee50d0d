"""What a model's log-probabilities say of one text. Natural logarithms, raw as the model gave them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_FLOOR = -100.0
"""Stands for minus infinity, which some servers send for a token of probability 0."""


@dataclass(frozen=True, slots=True)
class Token:
    """One token of a suggested text."""

    text: str
    """Its characters."""
    logprob: float | None = None
    """Its log-probability; None where the server gives none."""
    best_other: float | None = None
    """The log-probability of the likeliest other token at its place."""


@dataclass(frozen=True, slots=True)
class Summary:
    """Log-probabilities of one text; the fields mean what those of `SuggestionFacts` mean."""

    mean: float | None = None
    """Mean over the tokens that have one."""
    sum: float | None = None
    min: float | None = None
    first: float | None = None
    """Of the first token."""
    line_sum: float | None = None
    """Sum over the tokens of the first line that is not blank, with the blank ones before it."""
    alternative_mean: float | None = None
    """Mean of the best other token's."""
    gap_mean: float | None = None
    """Mean of chosen minus best other."""
    gap_min: float | None = None


def summary(tokens: Sequence[Token]) -> Summary:
    """Summarises the tokens that have a log-probability; all None when there is none."""
    known = [_finite(token.logprob) for token in tokens if token.logprob is not None]
    if not known:
        return Summary()
    others = [_finite(token.best_other) for token in tokens if token.best_other is not None]
    gaps = known_gaps(tokens)
    first, total = tokens[0].logprob, sum(known)
    return Summary(
        mean=total / len(known),
        sum=total,
        min=min(known),
        first=None if first is None else _finite(first),
        line_sum=sum([_finite(token.logprob) for token in _first_line(tokens) if token.logprob is not None]),
        alternative_mean=sum(others) / len(others) if others else None,
        gap_mean=sum(gaps) / len(gaps) if gaps else None,
        gap_min=min(gaps, default=None),
    )


def _finite(logprob: float) -> float:
    return logprob if logprob > _FLOOR else _FLOOR


def of_one(token: Token | None) -> float | None:
    """The log-probability of one token, where there is one and it has one."""
    return None if token is None or token.logprob is None else _finite(token.logprob)


def known_gaps(tokens: Sequence[Token]) -> list[float]:
    """Chosen less best other, of the tokens that have both."""
    return [
        _finite(token.logprob) - _finite(token.best_other)
        for token in tokens
        if token.logprob is not None and token.best_other is not None
    ]


def _first_line(tokens: Sequence[Token]) -> Iterator[Token]:
    """Tokens up to the one that ends the first line that is not blank."""
    line = ""
    for token in tokens:
        yield token
        line = (line + token.text).lstrip()
        if "\n" in line:
            return
