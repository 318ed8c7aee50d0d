"""The demonstration's result, side by side."""

from tactful_server.demo.counting import Counts

_ROWS = {
    "requests": "requests",
    "model calls": "model_calls",
    "calls avoided by stage 1": "calls_avoided",
    "tokens spent": "tokens",
    "withheld by stage 1 or 2": "withheld",
    "shown": "shown",
    "accepted": "accepted",
    "rejected": "rejected",
}
"""Words to the fields of `Counts`."""


def table(former: Counts, latter: Counts, lost: int) -> list[str]:
    """Lines of a plain table: the part in shadow, the part with the gate on."""
    lines = [_line("", "gate in shadow", "gate on")]
    lines += [_line(words, str(getattr(former, name)), str(getattr(latter, name))) for words, name in _ROWS.items()]
    lines.append(_line("accepts lost (asked by hand afterwards)", "0", str(lost)))
    lines.append(
        _line("accepted of shown", _share(former.accepted, former.shown), _share(latter.accepted, latter.shown))
    )
    for name, quantile in (("p50", 0.5), ("p95", 0.95)):
        lines.append(_line(f"latency {name}", _ms(former.latency_ms(quantile)), _ms(latter.latency_ms(quantile))))
    return lines


def _line(name: str, former: str, latter: str) -> str:
    return f"  {name:<42}{former:>16}{latter:>12}"


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else "–"


def _ms(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f} ms"
