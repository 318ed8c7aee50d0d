"""The schema of the feedback log, as numbered steps. A step that has been released is never edited: add the next.

`events` is the journal: one row an event, in the order of their `seq`, which is never used twice. What an event says
stands in its kind's table under the same `seq`. The views are for people who look with Datasette or the sqlite3 shell.

sqlite-utils applies the steps and remembers them in `_sqlite_migrations`; it takes a quarter of a second to import,
so this asks the file first and imports it only when a step is due.
"""

import sqlite3
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from tactful_models.errors import LogError, SchemaError

if TYPE_CHECKING:
    from sqlite_utils import Database

SET: Final = "tactful"
"""The name of these migrations in `_sqlite_migrations`."""


def m001_feedback_log(db: "Database") -> None:
    """The journal, a table for each kind of event, indexes, the rule that facts do not change, and two views."""
    for statement in (*_M001_TABLES, *_M001_INDEXES, *_m001_triggers(), *_M001_VIEWS):
        db.execute(statement)


_SEQ: Final = "seq INTEGER PRIMARY KEY REFERENCES events(seq) ON DELETE CASCADE"

_M001_TABLES: Final = (
    """CREATE TABLE events (
        seq INTEGER PRIMARY KEY AUTOINCREMENT, session_id TEXT, session_seq INTEGER, at REAL NOT NULL,
        kind TEXT NOT NULL) STRICT""",
    f"""CREATE TABLE sessions ({_SEQ},
        session_id TEXT NOT NULL UNIQUE, at REAL NOT NULL, user_key TEXT NOT NULL, client TEXT NOT NULL,
        source TEXT NOT NULL, server_version TEXT NOT NULL, privacy_level TEXT NOT NULL, seed INTEGER NOT NULL,
        history_through INTEGER NOT NULL) STRICT""",
    f"""CREATE TABLE requests ({_SEQ},
        request_id TEXT NOT NULL, session_id TEXT NOT NULL, at REAL NOT NULL, facts TEXT NOT NULL,
        result TEXT NOT NULL, reason TEXT NOT NULL, file_key TEXT NOT NULL, project_key TEXT NOT NULL,
        model_key TEXT NOT NULL, suggestion_id TEXT NOT NULL, model_called INTEGER NOT NULL,
        latency_s REAL NOT NULL, n_tokens INTEGER NOT NULL) STRICT""",
    f"""CREATE TABLE suggestions ({_SEQ},
        suggestion_id TEXT NOT NULL, request_id TEXT NOT NULL, session_id TEXT NOT NULL, at REAL NOT NULL,
        facts TEXT NOT NULL, language TEXT NOT NULL, file_key TEXT NOT NULL, project_key TEXT NOT NULL,
        model_key TEXT NOT NULL, text_hash TEXT NOT NULL, place_key TEXT NOT NULL, text TEXT NOT NULL) STRICT""",
    f"""CREATE TABLE decisions ({_SEQ},
        decision_id TEXT NOT NULL, request_id TEXT NOT NULL, session_id TEXT NOT NULL, at REAL NOT NULL,
        stage INTEGER NOT NULL, probability REAL, threshold REAL NOT NULL, action TEXT NOT NULL, would TEXT NOT NULL,
        propensity REAL NOT NULL, mode TEXT NOT NULL, exploring INTEGER NOT NULL, gate_version TEXT NOT NULL,
        reason TEXT NOT NULL, features_version INTEGER NOT NULL, features BLOB NOT NULL,
        suggestion_id TEXT NOT NULL) STRICT""",
    f"""CREATE TABLE outcomes ({_SEQ},
        suggestion_id TEXT NOT NULL, session_id TEXT NOT NULL, at REAL NOT NULL, "end" TEXT NOT NULL,
        known TEXT NOT NULL, shown_s REAL, accepted_chars INTEGER, reason TEXT NOT NULL) STRICT""",
    f"""CREATE TABLE persistence ({_SEQ},
        suggestion_id TEXT NOT NULL, session_id TEXT NOT NULL, at REAL NOT NULL, after_s INTEGER NOT NULL,
        kept_ratio REAL, censored TEXT NOT NULL) STRICT""",
    f"""CREATE TABLE gates ({_SEQ},
        at REAL NOT NULL, version TEXT NOT NULL, change TEXT NOT NULL, reason TEXT NOT NULL,
        metrics TEXT NOT NULL) STRICT""",
)
_M001_INDEXES: Final = (
    "CREATE INDEX events_by_session ON events(session_id, session_seq)",
    "CREATE INDEX events_by_time ON events(at)",
    "CREATE INDEX requests_by_id ON requests(request_id)",
    "CREATE INDEX requests_by_file ON requests(file_key)",
    "CREATE INDEX suggestions_by_id ON suggestions(suggestion_id)",
    "CREATE INDEX suggestions_by_request ON suggestions(request_id)",
    "CREATE INDEX suggestions_by_file ON suggestions(file_key)",
    "CREATE INDEX decisions_by_request ON decisions(request_id)",
    "CREATE INDEX decisions_by_suggestion ON decisions(suggestion_id)",
    "CREATE INDEX outcomes_by_suggestion ON outcomes(suggestion_id)",
    "CREATE INDEX persistence_by_suggestion ON persistence(suggestion_id)",
)
_M001_FACTS: Final = (
    "events", "sessions", "requests", "suggestions", "decisions", "outcomes", "persistence", "gates",
)  # fmt: skip
_M001_VIEWS: Final = (
    """CREATE VIEW journal AS
        SELECT seq, strftime('%Y-%m-%dT%H:%M:%fZ', at, 'unixepoch') AS at_utc, kind, session_id, session_seq
        FROM events""",
    """CREATE VIEW suggestion_stories AS
        SELECT s.seq, strftime('%Y-%m-%dT%H:%M:%fZ', s.at, 'unixepoch') AS at_utc, s.suggestion_id, s.language,
            s.model_key, json_extract(s.facts, '$.n_chars') AS n_chars, json_extract(s.facts, '$.n_lines') AS n_lines,
            (SELECT d.probability FROM decisions d WHERE d.suggestion_id = s.suggestion_id AND d.stage = 2
                ORDER BY d.seq DESC LIMIT 1) AS probability,
            (SELECT d.action FROM decisions d WHERE d.suggestion_id = s.suggestion_id AND d.stage = 2
                ORDER BY d.seq DESC LIMIT 1) AS action,
            (SELECT o."end" FROM outcomes o WHERE o.suggestion_id = s.suggestion_id
                ORDER BY o.seq DESC LIMIT 1) AS last_end,
            (SELECT o.shown_s FROM outcomes o WHERE o.suggestion_id = s.suggestion_id
                ORDER BY o.seq DESC LIMIT 1) AS shown_s,
            (SELECT p.kept_ratio FROM persistence p WHERE p.suggestion_id = s.suggestion_id AND p.after_s = 30
                ORDER BY p.seq DESC LIMIT 1) AS kept_30
        FROM suggestions s""",
)


def _m001_triggers() -> tuple[str, ...]:
    return tuple(
        f"CREATE TRIGGER {table}_never_change BEFORE UPDATE ON {table} "
        "BEGIN SELECT RAISE(ABORT, 'facts are appended, never changed'); END"
        for table in _M001_FACTS
    )


def m002_reviews(db: "Database") -> None:
    """What reviewers said of suggestions, and the verdict in the stories."""
    for statement in _M002:
        db.execute(statement)


_M002: Final = (
    f"""CREATE TABLE reviews ({_SEQ},
        review_id TEXT NOT NULL, suggestion_id TEXT NOT NULL, session_id TEXT NOT NULL, at REAL NOT NULL,
        verdict TEXT NOT NULL, reviewer TEXT NOT NULL, reviewer_kind TEXT NOT NULL, source TEXT NOT NULL,
        words TEXT NOT NULL, expertise TEXT NOT NULL) STRICT""",
    "CREATE INDEX reviews_by_id ON reviews(review_id)",
    "CREATE INDEX reviews_by_suggestion ON reviews(suggestion_id)",
    """CREATE TRIGGER reviews_never_change BEFORE UPDATE ON reviews
        BEGIN SELECT RAISE(ABORT, 'facts are appended, never changed'); END""",
    "DROP VIEW suggestion_stories",
    _M001_VIEWS[1].replace(
        "AS kept_30",
        """AS kept_30,
            (SELECT v.verdict FROM reviews v WHERE v.suggestion_id = s.suggestion_id
                ORDER BY v.seq DESC LIMIT 1) AS verdict""",
    ),
)


def m003_placements(db: "Database") -> None:
    """Where accepted texts stood, by keyed hashes; and how a model was asked that reviewed."""
    for statement in _M003:
        db.execute(statement)


_M003: Final = (
    f"""CREATE TABLE placements ({_SEQ},
        suggestion_id TEXT NOT NULL, session_id TEXT NOT NULL, at REAL NOT NULL, line_index INTEGER NOT NULL,
        line_before_chars INTEGER NOT NULL, n_chars INTEGER NOT NULL, text_hash TEXT NOT NULL,
        line_hashes TEXT NOT NULL) STRICT""",
    "CREATE INDEX placements_by_suggestion ON placements(suggestion_id)",
    """CREATE TRIGGER placements_never_change BEFORE UPDATE ON placements
        BEGIN SELECT RAISE(ABORT, 'facts are appended, never changed'); END""",
    "ALTER TABLE reviews ADD COLUMN method TEXT NOT NULL DEFAULT ''",
)


def m004_corrections(db: "Database") -> None:
    """A gate's own probability, how the newest outcomes corrected it, and what it is the chance of."""
    for statement in _M004:
        db.execute(statement)


_M004: Final = (
    "ALTER TABLE decisions ADD COLUMN own_probability REAL",
    "ALTER TABLE decisions ADD COLUMN intercept REAL NOT NULL DEFAULT 0.0",
    "ALTER TABLE decisions ADD COLUMN slope REAL NOT NULL DEFAULT 1.0",
    "ALTER TABLE decisions ADD COLUMN label TEXT NOT NULL DEFAULT ''",
)


def m005_checks(db: "Database") -> None:
    """How far suggestions climbed when a machine checked them, and that in the stories."""
    for statement in _M005:
        db.execute(statement)


_M005: Final = (
    f"""CREATE TABLE checks ({_SEQ},
        check_id TEXT NOT NULL, suggestion_id TEXT NOT NULL, session_id TEXT NOT NULL, at REAL NOT NULL,
        trigger TEXT NOT NULL, parses TEXT NOT NULL, compiles TEXT NOT NULL, lints TEXT NOT NULL,
        imports TEXT NOT NULL, old_tests TEXT NOT NULL, reaching_tests TEXT NOT NULL, climbed INTEGER NOT NULL,
        credit REAL, n_findings INTEGER NOT NULL, n_passed INTEGER NOT NULL, n_broke INTEGER NOT NULL,
        n_reached INTEGER NOT NULL, ran_ratio REAL, duration_s REAL NOT NULL, baseline TEXT NOT NULL,
        stopped TEXT NOT NULL, output TEXT NOT NULL) STRICT""",
    "CREATE INDEX checks_by_id ON checks(check_id)",
    "CREATE INDEX checks_by_suggestion ON checks(suggestion_id)",
    """CREATE TRIGGER checks_never_change BEFORE UPDATE ON checks
        BEGIN SELECT RAISE(ABORT, 'facts are appended, never changed'); END""",
    "DROP VIEW suggestion_stories",
    _M002[-1].replace(
        "AS verdict",
        """AS verdict,
            (SELECT c.climbed FROM checks c WHERE c.suggestion_id = s.suggestion_id
                ORDER BY c.seq DESC LIMIT 1) AS climbed,
            (SELECT c.n_broke FROM checks c WHERE c.suggestion_id = s.suggestion_id
                ORDER BY c.seq DESC LIMIT 1) AS broke_tests""",
    ),
)


STEPS: Final[tuple[Callable[["Database"], None], ...]] = (
    m001_feedback_log,
    m002_reviews,
    m003_placements,
    m004_corrections,
    m005_checks,
)
"""All steps, in order."""


def is_current(connection: sqlite3.Connection) -> bool:
    """Whether no step is due.

    Raises:
        SchemaError: a newer Tactful has taken steps that this one does not know.
        LogError: the file is some other program's database.
    """
    applied = _applied(connection)
    known = [step.__name__ for step in STEPS]
    if unknown := [name for name in applied if name not in known]:
        raise SchemaError(
            f"The feedback log was written by a newer Tactful (its schema knows {', '.join(unknown)}): update Tactful."
        )
    if not applied and _tables(connection):
        raise LogError("The file is a SQLite database of some other program: name another one for the feedback log.")
    return len(applied) == len(known)


def migrate(connection: sqlite3.Connection) -> None:
    """Take all steps that are due, in one transaction. The connection must be in autocommit mode.

    Two processes may do so at once: the second waits and finds nothing left to do.

    Raises:
        SchemaError: as `is_current`.
        LogError: as `is_current`.
    """
    if is_current(connection):
        return
    from sqlite_utils import Database, Migrations

    migrations = Migrations(SET)
    for step in STEPS:
        migrations()(step)
    connection.execute("BEGIN IMMEDIATE")
    try:
        if not is_current(connection):
            migrations.apply(Database(connection))
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _applied(connection: sqlite3.Connection) -> list[str]:
    if "_sqlite_migrations" not in _tables(connection):
        return []
    rows = connection.execute("SELECT name FROM _sqlite_migrations WHERE migration_set = ?", (SET,))
    return [name for (name,) in rows]


def _tables(connection: sqlite3.Connection) -> list[str]:
    rows = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    )
    return [name for (name,) in rows]
