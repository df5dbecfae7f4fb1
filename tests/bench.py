"""How fast: words per second of the model and of the pipeline, the time that a report takes, and that of an archive.

Run by `make bench`. The variants take turns, so that a busy minute hits all of them alike, and each figure is
the median over the rounds. The archives take a quarter of an hour; `make bench DOCUMENTS=500` measures one alone,
`make bench DOCUMENTS=` none.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import archive

from parallax import segment
from parallax.annotate import MODEL, installed, pipeline
from parallax.cache import parse
from parallax.study import load

ROUNDS = 7
LENGTH = 600  # words of a document of an archive
WORDS = 15_000  # a round reads about so many words, the texts of the study over and over


def stories_of(study):
    """Return the stories of a study, as often as it takes to fill a round."""
    names = segment.name_words(study.codebook)
    stories = [story for document in study.documents if document.status == "ok"
               for story in segment.stories(document, names)[1]]
    return stories * max(1, round(WORDS / count(stories)))


def count(stories):
    return sum(len(story.text.split()) for story in stories)


def seconds(run):
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def exhaust(items):
    for _ in items:
        pass


def speeds(study):
    """Return words per second of each variant, {name: float}, and the number of words in a round."""
    stories = stories_of(study)
    texts = [story.text for story in stories]
    whole, plain, full = pipeline(entities=True), pipeline(), pipeline(study.codebook)
    runs = {
        "whole model": lambda: exhaust(whole.pipe(texts)),
        "without entities": lambda: exhaust(plain.pipe(texts)),
        "full pipeline": lambda: exhaust(parse(full, stories)),
    }
    for run in runs.values():
        run()  # the first time fills the vocabulary
    times = {name: [] for name in runs}
    for _ in range(ROUNDS):
        for name, run in runs.items():
            times[name].append(seconds(run))
    words = count(stories)
    return {name: words / median(values) for name, values in times.items()}, words


def report_times(study):
    """Return the wall time of a report in seconds, with an empty cache and with a full one."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "parallax", "report", str(study.folder), "--out", f"{folder}/report"]
        environment = {**os.environ, "PARALLAX_CACHE": f"{folder}/cache"}

        def run():
            subprocess.run(command, env=environment, check=True, capture_output=True)

        return seconds(run), seconds(run)


def archive_times(study, documents):
    """Print what the tables of an archive take: in one process, in two, with Dask, and from what was kept."""
    with tempfile.TemporaryDirectory() as folder:
        many, out = Path(folder, "study"), Path(folder, "out")
        archive.make(study.folder, many, documents, LENGTH)
        runs = {
            "one process": ("one", "--workers", "1"),
            "two processes": ("two", "--workers", "2"),
            "Dask, two workers": ("dask", "--engine", "dask", "--workers", "2", "--format", "csv"),
            "warm": ("two", "--workers", "2"),
        }
        print(f"Tables of {documents:,} documents of about {LENGTH} words")
        print(f"  {'':20}{'seconds':>9}{'documents/s':>13}{'words/s':>10}{'MB at most':>12}")
        took = {}
        for name, (cache, *more) in runs.items():
            environment = {**os.environ, "PARALLAX_CACHE": f"{folder}/{cache}"}
            took[name], most = archive.watched(archive.command(sys.executable, many, out, *more), environment)
            print(f"  {name:20}{took[name]:9.1f}{documents / took[name]:13.1f}{documents * LENGTH / took[name]:10,.0f}"
                  f"{most:12,.0f}", flush=True)
    for name in ("two processes", "Dask, two workers"):
        aim = "   aim 1.60 or more" if documents >= 5000 else ""
        print(f"  one process against {name.lower()}: {took['one process'] / took[name]:.2f}{aim}")
    aim = "   aim 10 or more" if documents == 500 else ""
    print(f"  cold against warm, two processes: {took['two processes'] / took['warm']:.1f}{aim}")


TEXTNETS = """
import json, statistics, sys, time
import pandas as pd
import textnets
texts, times = json.load(sys.stdin), []
textnets.params["progress_bar"] = False
for _ in range(6):
    corpus = textnets.Corpus(pd.Series(texts, index=[str(i) for i in range(len(texts))]), lang=sys.argv[1])
    corpus._nlp_pipeline  # loaded before the clock starts
    began = time.perf_counter()
    corpus.noun_phrases()
    times.append(time.perf_counter() - began)
print(statistics.median(times[1:]))
"""


def noun_phrases(study):
    """Print how fast textnets takes noun phrases from the same texts, which it does on all processors.

    It needs older pandas than Parallax: $TEXTNETS is the Python of an environment that has it, and the model.
    """
    if "TEXTNETS" not in os.environ:
        print("  textnets          not measured: TEXTNETS=path/to/python of an environment that has it")
        return
    stories = stories_of(study)
    run = subprocess.run([os.environ["TEXTNETS"], "-c", TEXTNETS, installed(MODEL)], text=True, capture_output=True,
                         input=json.dumps([story.text for story in stories]), check=True)
    speed = count(stories) / float(run.stdout.split()[-1])
    print(f"  textnets          {speed:8,.0f}   noun phrases alone, on {os.cpu_count()} processors at once")


def main(folder="seeds", *documents):
    study = load(folder)
    speed, words = speeds(study)
    print(f"Words per second: median of {ROUNDS} rounds of {words:,} words, {os.cpu_count()} processors")
    for name, value in speed.items():
        print(f"  {name:18}{value:8,.0f}")
    noun_phrases(study)
    full = speed["full pipeline"]
    print("Full pipeline against")
    print(f"  without entities  {full / speed['without entities']:8.2f}   aim 0.80 or more")
    print(f"  whole model       {full / speed['whole model']:8.2f}   aim 1.45 or more")
    cold, warm = report_times(study)
    print("A report, seconds of wall time, two notebooks at a time")
    print(f"  cold cache        {cold:8.1f}")
    print(f"  warm cache        {warm:8.1f}   aim 12 or less")
    for number in documents:
        archive_times(study, int(number))


if __name__ == "__main__":
    main(*sys.argv[1:])
