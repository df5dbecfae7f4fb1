"""What bad weather does: runs that are killed at random moments, and bits that flip in what is kept between runs.

Run by `make soak`. A run of `tables` or `report` writes over what the last one wrote; the study has another text each
time. After a kill the folder must hold all of the old files or all of the new ones, and no process may be left.
"""

import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import archive
import psutil

from parallax import tables
from parallax.study import load

KILLS = {"tables": 150, "report": 50}
FLIPS = 300
DOCUMENTS = 60
PATIENCE = 15  # seconds in which the processes of a killed run must have ended
VARIANTS = ("The bridge of Strelsau is open.", "The bridge of Strelsau is closed.")


def digests(folder):
    """Return {file: digest} of what a run has written; not what is still on its way."""
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(folder.rglob("*"))
            if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts)}


def command(kind, study, out):
    """Return the command of a run in two processes."""
    return [sys.executable, "-m", "parallax", kind, str(study), "--out", str(out), "--workers", "2"]


def vary(study, which):
    """Give the study one of two texts."""
    (study / "paper0_000000.txt").write_text(VARIANTS[which] + "\n", "utf-8")


def left(processes):
    """Return the processes that have not ended in time."""
    return psutil.wait_procs(processes, timeout=PATIENCE)[1]


def killed(run, moment):
    """Start a run and kill it at a moment; return whether it had ended, and the children that outlive it."""
    process = subprocess.Popen(run, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        process.wait(moment)
        return True, []
    except subprocess.TimeoutExpired:
        children = psutil.Process(process.pid).children(recursive=True)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    stayed = left(children)
    for one in stayed:
        one.kill()
    return False, stayed


def reference(kind, study, folder):
    """Run a command undisturbed; return what it writes of each variant, and its seconds with nothing kept and warm."""
    expected, took = {}, {}
    for cold in (True, False):
        for which in (0, 1):
            vary(study, which)
            forget(cold)
            began, out = time.monotonic(), folder / f"{kind}-{which}"
            subprocess.run(command(kind, study, out), check=True, capture_output=True)
            took[cold] = time.monotonic() - began
            assert digests(out) == expected.setdefault(which, digests(out))
    assert expected[0] != expected[1]
    return expected, took


def forget(cold):
    """Remove the tables that were kept, so that they are made again."""
    if cold:
        shutil.rmtree(Path(os.environ["PARALLAX_CACHE"], "tables"), ignore_errors=True)


def kills(kind, study, folder, chance):
    """Kill runs of one command, and count what went wrong."""
    expected, took = reference(kind, study, folder)
    out, now, wrong, stayed, ended = folder / kind, None, [], 0, 0
    for number in range(KILLS[kind]):
        which, cold = number % 2, number % 4 < 2
        vary(study, which)
        forget(cold)
        end = took[cold]
        # A third of the kills come when the files are moved into place, which is short.
        moment = chance.uniform(0.9 * end, 1.05 * end) if number % 3 == 0 else chance.uniform(0, end)
        done, more = killed(command(kind, study, out), moment)
        found = digests(out) if out.exists() else {}
        if found == expected[which]:
            now = which
        elif found != (expected[now] if now is not None else {}):
            wrong.append(number)
        stayed += len(more)
        ended += done
    vary(study, 0)
    subprocess.run(command(kind, study, out), check=True, capture_output=True)
    last = digests(out) == expected[0] and not list(out.glob(".parallax*"))
    print(f"{kind}: {KILLS[kind]} runs killed or just ended ({ended}), {len(wrong)} left something else than all of "
          f"the old or all of the new, {stayed} processes outlived one; the run after them wrote "
          f"{'the same bytes' if last else 'OTHER bytes'} as one that was never disturbed", flush=True)
    return not wrong and not stayed and last


def flips(study, home, chance):
    """Flip single bits in what is kept, and count how often the tables are not what they were."""
    whole = tables.build(load(study))
    reference = {name: table.to_csv() for name, table in whole.items()}
    kept = sorted(path for path in home.rglob("*.*") if path.is_file())
    unnoticed = []
    for _ in range(FLIPS):
        path = chance.choice(kept)
        data = bytearray(path.read_bytes())
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        path.write_bytes(data)
        found = {name: table.to_csv() for name, table in tables.build(load(study)).items()}
        unnoticed += [path] * (found != reference)
    print(f"flips: {len(unnoticed)} of {FLIPS} single bits changed a table unnoticed", flush=True)
    return not unnoticed


def main(folder="seeds"):
    chance = random.Random(13)
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["PARALLAX_CACHE"] = f"{scratch}/cache"
        study = Path(scratch, "study")
        archive.make(load(folder).folder, study, DOCUMENTS, 100)
        fine = [kills(kind, study, Path(scratch), chance) for kind in KILLS]
        fine.append(flips(study, Path(scratch, "cache"), chance))
    sys.exit(0 if all(fine) else 1)


if __name__ == "__main__":
    main(*sys.argv[1:])
