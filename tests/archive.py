"""Studies of many documents, made of the paragraphs of a small one: what `bench.py` and `soak.py` measure."""

import csv
import random
import re
import subprocess
import time
from pathlib import Path

import psutil

LEAST = 8  # words of a paragraph


def make(study, folder, documents, words):
    """Write a study of documents of so many words each, from the paragraphs of another in an order of chance."""
    folder.mkdir(parents=True)
    (folder / "codebook.yml").write_bytes((study / "codebook.yml").read_bytes())
    chance = random.Random(0)
    paragraphs = [part for path in sorted(study.glob("*.txt")) for part in re.split(r"\n+", path.read_text("utf-8"))
                  if len(part.split()) >= LEAST]
    with (folder / "sources.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["file", "source", "published"])
        for i in range(documents):
            name = f"paper{i % 5}_{i:06d}.txt"
            (folder / name).write_text("\n\n".join(text(paragraphs, words, chance)) + "\n", "utf-8")
            table.writerow([name, f"Paper {i % 5}", f"2025-09-{i % 28 + 1:02d}"])


def text(paragraphs, words, chance):
    """Draw paragraphs until there are so many words, none twice before all were drawn."""
    drawn, rest = [], []
    while sum(len(part.split()) for part in drawn) < words:
        rest = rest or chance.sample(paragraphs, len(paragraphs))
        drawn.append(rest.pop())
    return drawn


def watched(command, environment):
    """Run a command; return its seconds of wall time, and the most memory of all its processes together, in MB.

    Memory that processes share counts once (the proportional set size), where the system tells it.
    """
    began, most = time.perf_counter(), 0
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    while process.poll() is None:
        most = max(most, memory(process.pid))
        time.sleep(0.2)
    if process.returncode:
        raise RuntimeError(process.stderr.read())
    return time.perf_counter() - began, most / 1e6


def memory(number):
    """Return the bytes that a process and all its children hold."""
    total = 0
    try:
        for one in [psutil.Process(number), *psutil.Process(number).children(recursive=True)]:
            held = one.memory_full_info()
            total += getattr(held, "pss", 0) or held.rss
    except psutil.Error:  # one has just ended
        return total
    return total


def command(python, study, out, *more):
    """Return the command that writes the tables of a study."""
    return [python, "-m", "parallax", "tables", str(study), "--out", str(Path(out)), *more]
