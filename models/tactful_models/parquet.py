"""The feedback log as Parquet: a directory with one file for each table, `requests.parquet` and so on.

Columns are the events' fields after the journal's `seq`; facts are one struct column, a decision's vector is a list
of float32. Needs pyarrow (`pip install 'tactful[parquet]'`).
"""

import importlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, is_dataclass, replace
from enum import StrEnum
from itertools import islice
from pathlib import Path
from types import ModuleType, NoneType
from typing import Any, Final, get_args, get_type_hints

from tactful_models.checked import Checked
from tactful_models.errors import InterchangeError
from tactful_models.events import SuggestionMade
from tactful_models.feedback import FeedbackLog, Stored
from tactful_models.interchange import Progress, drafted, nothing
from tactful_models.rows import KINDS, Kind

ROW_GROUP: Final = 20_000
"""Rows held in memory before they are written."""


def export_parquet(log: FeedbackLog, directory: Path, with_text: bool = False, progress: Progress = nothing) -> int:
    """Write every table, also those without rows, into `directory`, made when missing; its files are replaced.

    Returns:
        How many events were written.

    Raises:
        InterchangeError: pyarrow is missing, or the directory cannot be written.
        LogError: the log cannot be read.
    """
    export = _Export(log, log.last_seq(), with_text, progress)
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise InterchangeError(f"{directory} cannot be made: {fault.strerror}.") from fault
    for kind in KINDS:
        with drafted(directory / f"{kind.table}.parquet") as draft:
            _write(export, kind, draft)
    return log.count(export.until)


@dataclass(frozen=True, slots=True)
class _Export:
    log: FeedbackLog
    until: int
    with_text: bool
    progress: Progress


def _write(export: _Export, kind: Kind, path: Path) -> None:
    arrow, parquet = _pyarrow("pyarrow"), _pyarrow("pyarrow.parquet")
    schema = arrow.schema([("seq", arrow.int64()), *_columns(arrow, kind.event_type)])
    stored = export.log.events(until=export.until, kinds=(kind.event_type,))
    with parquet.ParquetWriter(path, schema) as writer:
        while rows := [_row(one, export.with_text) for one in islice(stored, ROW_GROUP)]:
            writer.write_table(arrow.Table.from_pylist(rows, schema=schema))
            export.progress(len(rows))


def _pyarrow(module: str) -> ModuleType:
    try:
        return importlib.import_module(module)
    except ImportError as fault:
        raise InterchangeError("Parquet needs pyarrow: pip install 'tactful[parquet]'.") from fault


def _row(stored: Stored, with_text: bool) -> dict[str, Any]:
    event = stored.event
    if isinstance(event, SuggestionMade) and not with_text:
        event = replace(event, text="")
    if isinstance(event, Checked) and not with_text:
        event = replace(event, output="")
    return {"seq": stored.seq, **asdict(event)}


def _columns(arrow: ModuleType, dataclass_type: Any) -> Iterator[tuple[str, Any]]:
    for name, hint in get_type_hints(dataclass_type).items():
        yield name, _column_type(arrow, hint)


def _column_type(arrow: ModuleType, hint: Any) -> Any:
    if hint == tuple[float, ...]:
        return arrow.list_(arrow.float32())
    plain = next(option for option in get_args(hint) or (hint,) if option is not NoneType)
    if is_dataclass(plain):
        return arrow.struct(list(_columns(arrow, plain)))
    if issubclass(plain, StrEnum):
        return arrow.string()
    return {str: arrow.string(), int: arrow.int64(), float: arrow.float64(), bool: arrow.bool_()}[plain]
