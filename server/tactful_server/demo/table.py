"""The demonstration's result, side by side."""

from tactful_server.demo.counting import Counts

_ROWS = (
    ("requests", lambda one: one.requests),
    ("model calls", lambda one: one.model_calls),
    ("calls avoided by stage 1", lambda one: one.calls_avoided),
    ("tokens spent", lambda one: one.tokens),
    ("shown", lambda one: one.shown),
    ("accepted", lambda one: one.accepted),
    ("rejected", lambda one: one.rejected),
)


def table(former: Counts, latter: Counts, lost: int) -> list[str]:
    """Lines of a plain table: the part in shadow, the part with the gate on."""
    lines = [_line("", "gate in shadow", "gate on")]
    lines += [_line(name, str(read(former)), str(read(latter))) for name, read in _ROWS]
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
