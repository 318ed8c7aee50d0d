"""What must not stand in the server's log: what a client sent, which is code."""

import logging
import sys
from types import TracebackType


class WithoutValues(logging.Filter):
    """Leaves of pygls's records where something failed and as what. pygls itself writes the whole message out."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Takes the values out of a record of pygls's; lets every record pass."""
        if record.name.partition(".")[0] == "pygls":
            kind, _, trace = record.exc_info or sys.exc_info()
            what = f" ({kind.__name__}{_place(trace)})" if kind else ""
            record.msg, record.args = f"a message of the client could not be handled{what}", None
            record.exc_info = record.exc_text = record.stack_info = None
        return True


def _place(trace: TracebackType | None) -> str:
    """File and line in which it failed."""
    if trace is None:
        return ""
    while trace.tb_next is not None:
        trace = trace.tb_next
    return f" in {trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}"
