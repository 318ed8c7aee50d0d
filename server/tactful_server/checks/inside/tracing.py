"""Which lines of one file ran: by `sys.monitoring` where Python has it (3.12), by `sys.settrace` before."""

import dis
import sys
import threading
from types import CodeType, FrameType
from typing import Any, Optional, Set

_TOOL = 4


class Tracer:
    """Collects the numbers of the lines that ran, in all threads."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._lines: Set[int] = set()

    def start(self) -> None:
        """Begin."""
        if hasattr(sys, "monitoring"):
            self._monitor(sys.monitoring)
        else:
            threading.settrace(self._called)
            sys.settrace(self._called)

    def resume(self) -> None:
        """Go on where some test has set a tracer of its own."""
        if not hasattr(sys, "monitoring") and sys.gettrace() is None:
            sys.settrace(self._called)

    def take(self) -> Set[int]:
        """The lines that ran since it was last asked."""
        taken, self._lines = self._lines, set()
        if hasattr(sys, "monitoring"):
            sys.monitoring.restart_events()
        return taken

    def _monitor(self, monitoring: Any) -> None:
        try:
            monitoring.use_tool_id(_TOOL, "tactful")
        except ValueError:
            return
        monitoring.register_callback(_TOOL, monitoring.events.LINE, self._line)
        monitoring.set_events(_TOOL, monitoring.events.LINE)

    def _line(self, code: CodeType, line: int) -> Any:
        if code.co_filename == self._path:
            self._lines.add(line)
        return sys.monitoring.DISABLE  # type: ignore[attr-defined, unused-ignore]

    def _called(self, frame: FrameType, event: str, arg: Any) -> Optional[Any]:
        __tracebackhide__ = True
        return self._in_file if frame.f_code.co_filename == self._path else None

    def _in_file(self, frame: FrameType, event: str, arg: Any) -> Any:
        __tracebackhide__ = True
        if event == "line":
            self._lines.add(frame.f_lineno)
        return self._in_file


def lines_with_code(text: str) -> Set[int]:
    """The numbers of the lines that can run."""
    waiting, found = [compile(text, "<suggested>", "exec", dont_inherit=True)], set()
    while waiting:
        code = waiting.pop()
        found |= {line for _, line in dis.findlinestarts(code) if line}
        waiting += [one for one in code.co_consts if isinstance(one, CodeType)]
    return found
