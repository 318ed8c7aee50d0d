"""Imports a module and runs the tests that can reach it, telling each finding at once, a JSON object a line.

`try_tests.py ORDER`, where ORDER is a file with a JSON object (the names of many tests are more than a command line
holds): `place` of the file, relative to the folder it is run in; `first` and `last` of the lines to look at; `only`
these tests, or null for those found; `imports` whether to import the module first; `test_s`, the processor seconds that
one test may take. Tests are named from that folder on, wherever pytest has its root. Told are
`{"imports": …, "said": …}`, `{"selected": n, "by": …, "lines": …}`, `{"at_import": lines}`, for each test
`{"began": id}` and then `{"test": id, "outcome": …, "lines": …, "took_s": …, "said": …}`, and at last `{"done": code}`.
"""

import importlib
import importlib.util
import json
import os
import signal
import sys
import time
import traceback
from typing import Any, Dict, List

_HERE = os.path.dirname(os.path.abspath(__file__))
_SAID = 2000
_MOST_SLOW = 2
_NONE_COLLECTED = 5
"""Pytest's exit code."""
_NOT_IMPORTED = ("__main__", "setup", "conftest", "manage", "noxfile", "fabfile", "tasks")


def _load(name: str) -> Any:
    """One of the programs beside this, under a name that no project has."""
    spec = importlib.util.spec_from_file_location("_tactful_" + name, os.path.join(_HERE, name + ".py"))
    module = importlib.util.module_from_spec(spec)  # type: ignore[arg-type]
    spec.loader.exec_module(module)  # type: ignore[union-attr]
    return module


reaching, tracing = _load("reaching"), _load("tracing")


class Teller:
    """Reports through the pipe, which the tests' own children are not given."""

    def __init__(self) -> None:
        self._pipe = int(os.environ.pop("TACTFUL_TOLD"))
        os.set_inheritable(self._pipe, False)

    def tell(self, **found: Any) -> None:
        """One finding."""
        os.write(self._pipe, (json.dumps(found) + "\n").encode("utf-8", "replace"))


class TooSlowError(BaseException):
    """A test has had its time. Not caught by code that catches every `Exception`."""


class Probe:
    """A plugin of pytest's that tells what becomes of each test, and which lines it ran."""

    def __init__(self, teller: Teller, tracer: Any, order: Dict[str, Any]) -> None:
        self._teller, self._tracer, self._order = teller, tracer, order
        self._folder = self._root = os.getcwd()
        self._failed: Dict[str, str] = {}
        self._outcome = ""
        self._began = 0.0
        self._has_begun = False
        self._n_slow = 0
        self._session: Any = None

    def pytest_sessionstart(self, session: Any) -> None:
        """The session begins."""
        self._session = session
        self._root = str(getattr(session.config, "rootpath", None) or session.config.rootdir)

    def pytest_collection_modifyitems(self, items: List[Any]) -> None:
        """Of the files' tests only those asked for: one that is not there must not keep others from running."""
        if self._order["wanted"] is not None:
            items[:] = [item for item in items if self._is_wanted(self._named(item.nodeid))]

    def pytest_runtest_logstart(self, nodeid: str, location: Any) -> None:
        """A test begins."""
        self._teller.tell(began=self._named(nodeid))
        self._outcome, self._began = "", time.monotonic()
        self._failed.clear()
        ran = self._wanted(self._tracer.take())
        if not self._has_begun:
            self._has_begun = True
            self._teller.tell(at_import=sorted(ran))
        self._tracer.resume()
        _patience.begin(self._order["test_s"])

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Setup, call or teardown has ended."""
        if report.failed:
            self._outcome = "failed" if report.when == "call" else "error"
            if "TooSlowError" in str(report.longrepr):
                self._outcome = "slow"
                self._n_slow += 1
            self._failed[report.when] = str(report.longrepr)
        elif not self._outcome and report.skipped:
            self._outcome = "xfailed" if hasattr(report, "wasxfail") else "skipped"

    def pytest_runtest_logfinish(self, nodeid: str, location: Any) -> None:
        """A test has ended."""
        _patience.end()
        said = "\n".join(self._failed.values())[-_SAID:]
        took_s = round(time.monotonic() - self._began, 4)
        lines = sorted(self._wanted(self._tracer.take()))
        outcome = self._outcome or "passed"
        self._teller.tell(test=self._named(nodeid), outcome=outcome, lines=lines, took_s=took_s, said=said)
        if self._n_slow >= _MOST_SLOW:
            self._session.shouldstop = "tests take too long"

    def pytest_collectreport(self, report: Any) -> None:
        """A file could not be collected."""
        if report.failed:
            said = str(report.longrepr)[-_SAID:]
            self._teller.tell(test=self._named(report.nodeid), outcome="error", lines=[], took_s=0.0, said=said)

    def _named(self, nodeid: str) -> str:
        """A test's name from the folder on; pytest's own begins where the nearest settings of pytest are."""
        file, parts, rest = nodeid.partition("::")
        return os.path.relpath(os.path.join(self._root, file), self._folder).replace(os.sep, "/") + parts + rest

    def _is_wanted(self, name: str) -> bool:
        """Whether it is asked for, by its name, as one of a parametrised test, or with its class or file."""
        parts = name.partition("[")[0].split("::")
        return not {name, *("::".join(parts[:n]) for n in range(1, len(parts) + 1))}.isdisjoint(self._order["wanted"])

    def _wanted(self, lines: List[int]) -> List[int]:
        return [line for line in lines if self._order["first"] <= line <= self._order["last"]]


def main() -> None:
    """Run."""
    order, folder, teller = _order(), os.getcwd(), Teller()
    place = order["place"]
    path = os.path.join(folder, place)
    roots = [os.path.join(folder, one) if one else folder for one in ("", "src", "lib")]
    sys.path[:] = [one for one in roots if os.path.isdir(one)] + [one for one in sys.path if one != _HERE]
    signal.signal(signal.SIGPROF, _too_slow)
    signal.signal(signal.SIGALRM, _patience.look)
    tracer = tracing.Tracer(path)
    tracer.start()
    if order["imports"] and not _imports(place, order, teller):
        return
    lines = _lines(path, order)
    selected, by = _selected(folder, order, lines)
    order["wanted"] = None if by == "imports" else set(selected)
    teller.tell(selected=len(selected), by=by, lines=sorted(lines))
    teller.tell(at_import=sorted(line for line in tracer.take() if line in lines))
    if selected:
        teller.tell(done=_run(selected, Probe(teller, tracer, order)))


def _order() -> Dict[str, Any]:
    with open(sys.argv[1], encoding="utf-8") as file:
        order: Dict[str, Any] = json.load(file)
    return order


def _too_slow(number: int, frame: Any) -> None:
    __tracebackhide__ = True
    raise TooSlowError("took longer than a test may")


class _Patience:
    """How long a test may take: processor time, and three times as long when it waits for something.

    Time in which the machine was busy with other things does not count.
    """

    def __init__(self) -> None:
        self._until = self._kept_waiting = 0.0

    def begin(self, seconds: float) -> None:
        """From now on."""
        self._until, self._kept_waiting = time.monotonic() + 3 * seconds, _kept_waiting()
        signal.setitimer(signal.ITIMER_PROF, seconds)
        signal.setitimer(signal.ITIMER_REAL, 3 * seconds)

    def end(self) -> None:
        """No longer."""
        for which in (signal.ITIMER_PROF, signal.ITIMER_REAL):
            signal.setitimer(which, 0)

    def look(self, number: int, frame: Any) -> None:
        """The time is up, unless the machine had no time for it."""
        __tracebackhide__ = True
        left = self._until - time.monotonic() + _kept_waiting() - self._kept_waiting
        if left < 0.05:
            _too_slow(number, frame)
        signal.setitimer(signal.ITIMER_REAL, left)


def _kept_waiting() -> float:
    """Seconds for which this thread could have run and had no processor."""
    try:
        with open("/proc/self/schedstat") as file:
            return int(file.read().split()[1]) / 1e9
    except (OSError, ValueError, IndexError):
        return 0.0


_patience = _Patience()


def _imports(place: str, order: Dict[str, Any], teller: Teller) -> bool:
    """Whether the module can be imported; true where it is none that one imports."""
    name = reaching.module_name(place)
    if reaching.is_test(place) or name.rpartition(".")[2] in _NOT_IMPORTED or not name.replace(".", "_").isidentifier():
        return True
    _patience.begin(2 * order["test_s"])
    try:
        importlib.import_module(name)
        said = ""
    except BaseException:  # noqa: BLE001 # whatever the module's code raises, SystemExit too
        said = traceback.format_exc()[-_SAID:]
    _patience.end()
    teller.tell(imports=not said, said=said)
    return not said


def _lines(path: str, order: Dict[str, Any]) -> List[int]:
    with open(path, encoding="utf-8", errors="replace") as file:
        text = file.read()
    try:
        found = tracing.lines_with_code(text)
    except (SyntaxError, ValueError):
        return []
    return [line for line in found if order["first"] <= line <= order["last"]]


def _selected(folder: str, order: Dict[str, Any], lines: List[int]) -> Any:
    if order["only"] is not None:
        return order["only"], "asked"
    near = set(lines) | {order["first"] - 1, order["last"] + 1}
    measured = reaching.tests_measured(folder, order["place"], near)
    if measured:
        return measured, "contexts"
    return reaching.tests_reaching(folder, order["place"]), "imports"


def _run(selected: List[str], probe: Probe) -> int:
    try:
        import pytest
    except ImportError:
        return -1
    options = ["-q", "--no-header", "--tb=short", "-o", "cache_dir=/tmp/cache", "-p", "no:randomly"]
    options += ["--maxfail=0", "--continue-on-collection-errors"]  # what fails anyway must not hide the others
    files = [file for file in dict.fromkeys(name.partition("::")[0] for name in selected) if os.path.exists(file)]
    for module, option in (("xdist", "-n0"), ("pytest_cov", "--no-cov")):
        if importlib.util.find_spec(module) is not None:
            options.append(option)
    return int(pytest.main([*options, *files], plugins=[probe])) if files else _NONE_COLLECTED


if __name__ == "__main__":
    main()
    sys.stdout.flush()
    os._exit(0)  # what the tests left running is none of ours
