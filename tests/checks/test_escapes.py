"""Twelve ways out of the sandbox, each tried as root and as an ordinary user, and each held."""

import json
import os
import platform
import secrets
import socket
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from checks.conftest import SECRET, USUAL, Cellar
from tactful_server.checks.limits import Limits

FEW = Limits(wall_s=20, processes=24)


@pytest.fixture(scope="module")
def outside() -> Iterator[Path]:
    """A directory beside the project in which everybody may read and write, with a key in it."""
    with tempfile.TemporaryDirectory(prefix="outside-") as folder:
        path = Path(folder)
        path.chmod(0o777)
        (path / "key").write_text(SECRET)
        (path / "key").chmod(0o666)
        yield path


@pytest.fixture(scope="module")
def project(outside: Path) -> Path:
    """A project with a key in it, a link out of it, and a file of code."""
    path = outside / "project"
    path.mkdir()
    (path / "code.py").write_text("answer = 42\n")
    (path / ".env").write_text(SECRET)
    (path / "id_rsa").write_text(SECRET)
    (path / "way_out").symlink_to(outside)
    (path / "key").symlink_to(outside / "key")
    (path / "alias.py").symlink_to("code.py")
    path.chmod(0o777)
    return path


@pytest.fixture(autouse=True)
def _nothing_is_left_behind(outside: Path, project: Path) -> Iterator[None]:
    before = sorted(path.name for path in (*outside.iterdir(), *project.iterdir()))
    yield
    assert sorted(path.name for path in (*outside.iterdir(), *project.iterdir())) == before
    assert (outside / "key").read_text() == SECRET
    assert (project / "code.py").read_text() == "answer = 42\n"
    assert not _processes("tactful-escape")


def _processes(word: str) -> list[int]:
    """The processes of this machine whose command line has the word."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if word.encode() in path.read_bytes() and int(path.parent.name) != os.getpid():
                found.append(int(path.parent.name))
        except OSError:
            continue
    return found


def _told(cellar: Cellar, program: str, limits: Limits = USUAL) -> Any:
    """What a program printed, as JSON in its last line."""
    ran = cellar.python(program, limits)
    assert (ran.code, ran.stopped) == (0, ""), ran
    return json.loads(ran.output.splitlines()[-1])


def test_the_copy_is_there_with_its_own_links_and_can_be_written(cellar: Cellar) -> None:
    ran = cellar.shell("cat alias.py && echo changed > code.py && mkdir a && cat alias.py && id -u")
    assert (ran.code, ran.output.split("\n")[:2]) == (0, ["answer = 42", "changed"])
    assert not ran.output.rstrip().endswith("\n0")


def test_network_neither_the_machines_own_nor_any_other_is_reached(cellar: Cellar) -> None:
    name = f"\0tactful-{secrets.token_hex(4)}"
    with socket.create_server(("127.0.0.1", 0)) as tcp, socket.socket(socket.AF_UNIX) as local:
        local.bind(name)
        local.listen()
        program = f"""if True:
            import json, socket
            reached = []
            for family, where in ((socket.AF_INET, ("127.0.0.1", {tcp.getsockname()[1]})), (socket.AF_UNIX, {name!r})):
                with socket.socket(family) as one:
                    try:
                        one.connect(where)
                        reached.append(str(where))
                    except OSError:
                        pass
            print(json.dumps([reached, [name for _, name in socket.if_nameindex()]]))"""
        reached, interfaces = _told(cellar, program)
    assert reached == []
    assert interfaces == ["lo"]


def test_home_and_key_files_are_not_there(cellar: Cellar, outside: Path) -> None:
    home = str(Path.home())
    program = f"""if True:
        import json, os
        seen = [path for path in ({str(outside / "key")!r}, ".env", "id_rsa", "/etc/shadow", "/etc/passwd", "/run",
                "/var", {home!r} + "/.ssh", {home!r} + "/.bashrc", {home!r} + "/.profile") if os.path.exists(path)]
        print(json.dumps([seen, os.environ.get("HOME"), sorted(os.environ)]))"""
    seen, home_inside, names = _told(cellar, program)
    assert seen == []
    assert home_inside == "/tmp/home"
    assert set(names) <= {"HOME", "LANG", "LC_CTYPE", "PATH", "PWD", "TACTFUL_TOLD", "TMPDIR", "USER"}


def test_writing_outside_is_refused(cellar: Cellar, outside: Path) -> None:
    program = f"""if True:
        import json, os, sys
        wrote = []
        for place in ("/", "/usr", "/usr/bin", "/etc", "/dev", "/proc/sys/kernel", sys.base_prefix, {str(outside)!r}):
            try:
                with open(os.path.join(place, "tactful-escape"), "w") as file:
                    file.write("x")
                wrote.append(place)
            except OSError:
                pass
        print(json.dumps(wrote))"""
    assert _told(cellar, program) in ([], [str(outside)])  # where the project's path leads, all is made up
    assert not (outside / "tactful-escape").exists()


def test_a_symlink_out_leads_nowhere(cellar: Cellar, outside: Path) -> None:
    program = f"""if True:
        import json, os
        os.symlink({str(outside)!r}, "mine")
        os.symlink("/proc/1/root" + {str(outside)!r}, "by_proc")
        found = []
        for name in ("way_out/key", "key", "mine/key", "by_proc/key"):
            try:
                found.append(open(name).read())
            except OSError:
                pass
        print(json.dumps(found))"""
    assert _told(cellar, program) == []


def test_a_fork_bomb_stays_small_and_ends(cellar: Cellar) -> None:
    program = """if True:
        import json, os, time
        n = 0
        try:
            while n < 5000:
                if os.fork() == 0:
                    time.sleep(60)
                n += 1
        except OSError:
            pass
        print(json.dumps(n))"""
    assert 0 < _told(cellar, program, FEW) < FEW.processes
    ran = cellar.shell("bomb() { bomb | bomb & }; bomb; sleep 60", Limits(wall_s=0.7, processes=24))
    assert ran.stopped in ("time", "")


def test_a_memory_bomb_is_refused_or_ended(cellar: Cellar) -> None:
    small = Limits(wall_s=20, address_bytes=300_000_000, memory_bytes=200_000_000)
    ran = cellar.python("held = bytearray(1 << 30)", small)
    assert ran.code != 0
    assert "MemoryError" in ran.output
    many = """if True:
        import os, time
        for _ in range(16):
            if os.fork() == 0:
                held = b"x" * 60_000_000
                time.sleep(60)
        time.sleep(60)"""
    assert cellar.python(many, small).stopped == "memory"


def test_a_disk_is_not_filled(cellar: Cellar) -> None:
    small = Limits(wall_s=20, spare_bytes=4_000_000, file_bytes=1_000_000)
    program = """if True:
        import json, os, signal
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        total = {}
        for place in (".", "/tmp", "/dev/shm", "/tmp/home"):
            total[place] = 0
            for n in range(64):
                try:
                    with open(f"{place}/{n}", "wb", buffering=0) as file:
                        while True:
                            total[place] += file.write(b"x" * 65536) or 0
                except OSError:
                    pass
        print(json.dumps(total))"""
    total = _told(cellar, program, small)
    assert 0 < total["."] <= 4_000_000 + 100_000
    assert 0 < total["/tmp"] + total["/tmp/home"] <= 4_000_000
    assert total["/dev/shm"] <= 16_000_000


def test_endless_output_is_cut_off(cellar: Cellar) -> None:
    ran = cellar.shell("yes tactful-escape", Limits(wall_s=20, output_bytes=50_000))
    assert ran.stopped == "output"
    assert len(ran.output) <= 50_000
    ran = cellar.python("import os\nwhile True: os.write(int(os.environ['TACTFUL_TOLD']), b'x' * 4096)")
    assert ran.stopped == "output"


def test_a_signal_to_the_parent_does_not_arrive(cellar: Cellar) -> None:
    before = os.getpid(), os.getppid()
    program = f"""if True:
        import json, os, signal
        for number in (signal.SIGTERM, signal.SIGKILL):
            for pid in (os.getppid(), 1, {before[0]}, {before[1]}):
                try:
                    os.kill(pid, number)
                except OSError:
                    pass
        print(json.dumps([os.getppid(), os.getsid(0) == {os.getsid(0)}]))"""
    parent, _ = _told(cellar, program)
    assert parent == 1  # the sandbox's own first process, which no signal from inside can end
    assert cellar.shell("kill -9 -1; echo lives").code in (0, 137, -9)
    assert cellar.shell("echo lives").output == "lives\n"


def test_proc_shows_no_other_process_and_nothing_of_the_servers_environment(cellar: Cellar) -> None:
    program = f"""if True:
        import json, os
        found = []
        for path in ("/proc/1/environ", "/proc/1/mem", "/proc/1/maps", "/proc/{os.getpid()}/environ", "/proc/kcore"):
            try:
                found.append([path, open(path, "rb").read(100_000).decode("latin-1")])
            except (OSError, ValueError):
                pass
        pids = [name for name in os.listdir("/proc") if name.isdigit()]
        print(json.dumps([len(pids), found]))"""
    n_pids, found = _told(cellar, program)
    assert n_pids <= 3
    assert {path for path, _ in found} <= {"/proc/1/environ", "/proc/1/maps", "/proc/1/mem"}
    assert not any(SECRET in text or "PYTHONPATH" in text for _, text in found)


@pytest.mark.skipif(platform.machine() != "x86_64", reason="system calls are named by their numbers here")
def test_no_key_that_the_kernel_keeps_for_the_session_goes_along(cellar: Cellar) -> None:
    program = """if True:
        import ctypes, json
        libc = ctypes.CDLL(None, use_errno=True)
        kept = [libc.syscall(250, 10, ring, b"user", b"tactful-test", 0) for ring in (-1, -2, -3, -4, -5)]
        seen = [line.split()[0] for line in open("/proc/keys") if "tactful-test" in line]
        room = ctypes.create_string_buffer(64)
        read = [libc.syscall(250, 11, int(key, 16), room, 64) for key in seen]
        print(json.dumps([kept, read]))"""
    kept, read = _told(cellar, program)
    assert set(kept) == {-1}
    assert set(read) <= {-1}


def test_setuid_programs_give_nothing_and_no_new_namespace_is_to_be_had(cellar: Cellar) -> None:
    program = """if True:
        import ctypes, json, os, subprocess
        status = dict(line.split(":", 1) for line in open("/proc/self/status").read().splitlines())
        libc = ctypes.CDLL(None, use_errno=True)
        gained = []
        for name, attempt in {
            "setuid": lambda: os.setuid(0),
            "setgroups": lambda: os.setgroups([0]),
            "chroot": lambda: os.chroot("/tmp"),
            "userns": lambda: libc.unshare(0x10000000) and 1 / 0,
            "mount": lambda: libc.mount(b"none", b"/tmp", b"tmpfs", 0, None) and 1 / 0,
            "sethostname": lambda: libc.sethostname(b"mine", 4) and 1 / 0,
        }.items():
            try:
                attempt()
                gained.append(name)
            except (OSError, ZeroDivisionError):
                pass
        uids = {os.getuid(), os.geteuid()}
        for path in ("/usr/bin/su", "/usr/bin/passwd", "/usr/bin/mount", "/usr/bin/newgrp"):
            if os.path.exists(path):
                subprocess.run([path, "--help"], capture_output=True, stdin=subprocess.DEVNULL, timeout=5)
        print(json.dumps([gained, sorted(uids), status["NoNewPrivs"].strip(), status["CapEff"].strip(),
                          status["CapBnd"].strip()]))"""
    gained, uids, no_new, effective, bound = _told(cellar, program)
    assert gained == []
    assert 0 not in uids
    assert no_new == "1"
    assert int(effective, 16) == int(bound, 16) == 0


def test_a_time_bomb_does_not_outlive_its_program(cellar: Cellar, outside: Path) -> None:
    word = f"tactful-escape-{secrets.token_hex(4)}"
    program = f"""if True:
        import os, time
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                os.execv("/bin/sh", ["{word}", "-c", "sleep 0.4; echo x > {outside}/bomb; sleep 600"])
            os._exit(0)
        time.sleep(0.1)
        print("gone")"""
    ran = cellar.python(program)
    assert (ran.code, ran.output, ran.stopped) == (0, "gone\n", "")  # its limit is far below what it left behind takes
    assert _processes(word) == []
    time.sleep(0.5)
    assert not (outside / "bomb").exists()


def test_a_program_without_an_end_is_ended(cellar: Cellar) -> None:
    ran = cellar.python("while True: pass", Limits(wall_s=0.5))
    assert ran.stopped == "time"
    assert ran.wall_s - ran.kept_waiting_s < 20
    spent = cellar.python("while True: pass", Limits(wall_s=20, cpu_s=1))
    assert spent.code != 0 and spent.cpu_s < 5
