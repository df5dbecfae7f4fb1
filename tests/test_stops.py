"""How runs end before they are done: one line, no process left, files as they were or all new."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from soak import digests

from parallax import files, stops
from parallax.cli import main
from parallax.kernels import Kernels

STOPPED = "parallax: stopped\n"
posix = pytest.mark.skipif(os.name != "posix", reason="other systems have no such signals")


def run(code, **more):
    """Run a script in a process of its own; return its exit code and what it wrote to standard error."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, **more)
    return done.returncode, done.stderr


@posix
@pytest.mark.parametrize("module", ["parallax.cli", "numpy", "pandas.core.api", "nbclient", "spacy", "thinc.util"])
def test_a_request_to_end_during_the_imports_is_one_line(module, tmp_path):
    said = run("import signal, sys\nfrom parallax.__main__ import main\n"
               "class Finder:\n"
               "    def find_spec(self, name, path=None, target=None):\n"
               f"        if name == {module!r}:\n"
               "            signal.raise_signal(signal.SIGINT), signal.raise_signal(signal.SIGTERM)\n"
               "sys.meta_path.insert(0, Finder())\n"
               "sys.argv[1:] = ['report', 'seeds', '--out', 'out']\nsys.exit(main())", cwd=tmp_path)
    assert said == (1, STOPPED) and not (tmp_path / "out").exists()


@posix
def test_a_second_request_disturbs_no_cleaning_up_and_one_that_got_lost_ends_the_run_all_the_same():
    again = ("import signal, time\nfrom parallax import stops\nstops.PATIENCE = 0.3\nstops.catch()\n"
             "try:\n    signal.raise_signal(signal.SIGTERM)\n"
             "except KeyboardInterrupt:\n    signal.raise_signal(signal.SIGINT)\n")
    assert run(f"{again}raise SystemExit(stops.say())") == (1, STOPPED)
    assert run(f"{again}time.sleep(50)") == (1, STOPPED)
    lost = again.replace("signal.raise_signal(signal.SIGTERM)\n", "class A:\n        def __del__(self):\n"
                         "            signal.raise_signal(signal.SIGTERM)\n    A()\n")
    assert run(f"{lost}time.sleep(50)") == (1, STOPPED)  # no traceback of what is raised in a destructor


@posix
def test_a_request_that_comes_as_the_command_has_ended_is_one_line():
    late = ("import signal, sys\nfrom parallax import __main__ as entry, cli, stops\n"
            "cli.main, over = lambda: 0, stops.over\n"
            "def late():\n"
            "    signal.raise_signal(signal.SIGTERM)\n"
            "    over()\n"
            "stops.over = late\nsys.exit(entry.main())")
    assert run(late) == (1, STOPPED)


def test_what_is_held_comes_to_its_end_before_a_request_counts():
    signal.signal(signal.SIGINT, signal.default_int_handler)  # which is ignored in what runs in the background
    done = []
    with pytest.raises(KeyboardInterrupt), stops.held():
        signal.raise_signal(signal.SIGINT)
        done.append("moved")
    assert done == ["moved"] and signal.getsignal(signal.SIGINT) is signal.default_int_handler


@posix
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_kernels_and_processes_end_with_the_one_that_started_them(tmp_path, number):
    script = tmp_path / "run.py"
    script.write_text("import pathlib, psutil, time\nfrom parallax import stops\n"
                      "from parallax.kernels import Kernels\nfrom parallax.processes import pool\n"
                      "if __name__ == '__main__':\n"
                      "    stops.catch()\n"
                      "    try:\n"
                      "        with Kernels(1, pathlib.Path('.')), pool(1) as workers:\n"
                      "            job = workers.submit(time.sleep, 100)\n"
                      "            while len(psutil.Process().children()) < 3:\n"
                      "                time.sleep(0.02)\n"
                      "            print(*(one.pid for one in psutil.Process().children(recursive=True)), flush=True)\n"
                      "            job.result()\n"
                      "    except KeyboardInterrupt:\n"
                      "        stops.say()\n")
    room = tmp_path / "tmp"
    room.mkdir()
    parent = subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              env={**os.environ, "TMPDIR": str(room)})
    children = [psutil.Process(int(pid)) for pid in parent.stdout.readline().split()]
    assert len(children) >= 2
    if number == signal.SIGTERM:
        time.sleep(1)  # what was started has loaded what it needs; else it is killed while it starts
    parent.send_signal(number)
    _, left = psutil.wait_procs(children, timeout=10)
    assert not left
    if number == signal.SIGTERM:
        assert parent.communicate(timeout=10)[1] == STOPPED
        assert not list(room.iterdir())
    parent.communicate()


def test_what_a_killed_run_told_its_kernels_is_removed(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    names = [f"parallax-kernel-{number}-0.json" for number in (2**22 + 1, os.getppid())]
    for name in names:
        (tmp_path / name).touch()
    with Kernels(0, tmp_path):
        assert [path.name for path in tmp_path.iterdir()] == names[1:]


def test_files_that_belong_together_take_their_places_together(tmp_path, monkeypatch):
    out = tmp_path / "site"
    with files.together(out) as room:
        for name in ("a", "b", "old"):
            (room / name).write_text("first")
    (out / "mine").write_text("stays")
    with pytest.raises(OSError, match="disk"), files.together(out) as room:
        (room / "a").write_text("second")
        raise OSError("disk")
    assert {path.name: path.read_text() for path in out.iterdir()} == {
        "a": "first", "b": "first", "old": "first", "mine": "stays"}

    moved, replace = [], Path.replace

    def killed(path, target):
        if moved:
            raise MemoryError("killed")
        moved.append(replace(path, target))

    monkeypatch.setattr(Path, "replace", killed)
    with pytest.raises(MemoryError), files.together(out) as room:
        for name in ("a", "b"):
            (room / name).write_text("second")
        files.leave(room, ["old", "never", "mine/else"])
    assert len(moved) == 1 and (out / "old").exists()  # in the middle of it
    monkeypatch.undo()
    files.settle(out)
    assert {path.name: path.read_text() for path in out.iterdir()} == {"a": "second", "b": "second", "mine": "stays"}


def test_what_killed_runs_left_is_removed(tmp_path):
    for name in (f".parallax-{2**22 + 1}", ".parallax-x", f".parallax-{os.getppid()}"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a").write_text("half")
    with files.together(tmp_path) as room:
        (room / "a").write_text("whole")
    assert {path.name for path in tmp_path.iterdir()} == {"a", f".parallax-{os.getppid()}"}  # which goes on


def test_lines_of_the_command_line_hold_no_control_sequences(tmp_path, capsys):
    for args in (["check", f"{tmp_path}/\x1b[31mred\nline"], ["figures", "seeds", "--out", "\x1b", "x\x1b[2J"]):
        try:
            assert main(args) == 1
        except SystemExit as end:
            assert end.code == 2
        said = capsys.readouterr()
        assert "\x1b" not in said.out + said.err and r"\x1b[" in said.err
        assert said.err.startswith("usage") or said.err.count("\n") == 1


@posix
@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_report_that_is_stopped_at_any_moment_leaves_the_old_one_or_the_new_one(tmp_path, number):
    room, out = tmp_path / "tmp", tmp_path / "out"
    room.mkdir()
    env = {**os.environ, "TMPDIR": str(room)}

    def begin(*given):
        command = [sys.executable, "-m", "parallax", "report", "seeds", "--out", out, *given]
        return subprocess.Popen(command, env=env, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
                                start_new_session=True)

    start = time.monotonic()
    assert begin().wait() == 0
    takes, old = time.monotonic() - start, digests(out)
    assert begin("-p", "voice", "own").wait() == 0
    new = digests(out)
    assert begin().wait() == 0 and digests(out) == old != new
    for _ in range(5):
        report = begin("-p", "voice", "own")
        time.sleep(random.uniform(0.2, takes))
        os.killpg(report.pid, number)
        said = report.communicate()[1]
        assert number == signal.SIGKILL or report.returncode == 0 or (
            report.returncode == 1 and said.splitlines()[-1] == STOPPED.strip() and "Traceback" not in said)
        files.settle(out)  # as the next run does with files that a kill left on their way
        left = digests(out)
        assert left == new or left == old and report.returncode  # new and stopped: it was written, and about to close
        until = time.monotonic() + 10
        while any((one.info["environ"] or {}).get("TMPDIR") == str(room) for one in psutil.process_iter(["environ"])):
            assert time.monotonic() < until, "a process goes on"
            time.sleep(0.1)
        assert number == signal.SIGKILL or not list(room.iterdir())
        if left == new:
            assert begin().wait() == 0 and digests(out) == old
    assert begin().wait() == 0
    assert digests(out) == old and not list(out.glob(".*")) and not list(room.iterdir())

