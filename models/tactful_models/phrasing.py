"""Numbers as a person says them: shares in per cent, spans of time, counts of things."""

from typing import Final

DAY_S: Final = 86_400.0
_UNITS: Final = ((1.0, "second"), (60.0, "minute"), (3600.0, "hour"))
_LONGEST: Final = {"second": 90, "minute": 90, "hour": 36}
"""How many of a unit are still told in it."""


def percent(share: float) -> str:
    """A share or probability, never rounded to a certainty that it is not.

    >>> percent(0.314), percent(0.004), percent(0.999), percent(0.0)
    ('31 %', 'under 1 %', 'over 99 %', '0 %')
    """
    if 0.0 < share < 0.01:
        return "under 1 %"
    return "over 99 %" if 0.99 < share < 1.0 else f"{100 * share:.0f} %"


def chances(one: float, other: float) -> tuple[str, str]:
    """Two probabilities that are to be compared: with as many places as it takes to tell them apart.

    >>> chances(0.12, 0.31), chances(0.308, 0.312), chances(0.001, 0.002)
    (('12 %', '31 %'), ('30.8 %', '31.2 %'), ('0.1 %', '0.2 %'))
    """
    found = (percent(one), percent(other))
    for places in range(1, 6):
        if found[0] != found[1] or one == other:
            break
        found = (f"{100 * one:.{places}f} %", f"{100 * other:.{places}f} %")
    return found


def with_article(chance: str) -> str:
    """The same behind the article that it takes.

    >>> with_article("12 %"), with_article("8 %"), with_article("11.5 %"), with_article("under 1 %")
    ('a 12 %', 'an 8 %', 'an 11.5 %', 'an under 1 %')
    """
    whole = chance.split()[0].partition(".")[0]
    takes_an = whole in ("11", "18", "under", "over") or whole.startswith("8")
    return f"{'an' if takes_an else 'a'} {chance}"


def span(seconds: float) -> str:
    """A length of time, in the unit that suits it.

    >>> span(0.3), span(1), span(75), span(400), span(10_000), span(400_000)
    ('less than a second', '1 second', '75 seconds', '7 minutes', '3 hours', '5 days')
    """
    for unit_s, unit in _UNITS:
        if seconds < unit_s * _LONGEST[unit]:
            return "less than a second" if seconds < 0.5 else count(seconds / unit_s, unit)
    return count(seconds / DAY_S, "day")


def count(number: float, thing: str) -> str:
    """So many of a thing, rounded to a whole number.

    >>> count(1, "line"), count(1234.4, "character"), count(0, "suggestion")
    ('1 line', '1,234 characters', 'no suggestions')
    """
    whole = round(number)
    return f"{whole:,} {thing}" if whole == 1 else f"{whole:,} {thing}s" if whole else f"no {thing}s"


def times(ratio: float) -> str:
    """How many times as likely, from a ratio above 0.

    >>> times(12.3), times(1.25), times(5e9)
    ('12 times', '1.2 times', 'over 1,000 times')
    """
    if ratio > 1000:
        return "over 1,000 times"
    return f"{ratio:.0f} times" if ratio >= 10 else f"{ratio:.1f} times"
