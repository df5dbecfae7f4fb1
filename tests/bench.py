"""How fast: words per second of the model and of the pipeline, and the time that a report takes.

Run by `make bench`. The variants take turns, so that a busy minute hits all of them alike, and each figure is
the median over the rounds.
"""

import os
import subprocess
import sys
import tempfile
import time
from statistics import median

from parallax import segment
from parallax.annotate import pipeline
from parallax.cache import parse
from parallax.study import load

ROUNDS = 7
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


def main(folder="seeds"):
    study = load(folder)
    speed, words = speeds(study)
    print(f"Words per second: median of {ROUNDS} rounds of {words:,} words, {os.cpu_count()} processors")
    for name, value in speed.items():
        print(f"  {name:18}{value:8,.0f}")
    full = speed["full pipeline"]
    print("Full pipeline against")
    print(f"  without entities  {full / speed['without entities']:8.2f}   aim 0.80 or more")
    print(f"  whole model       {full / speed['whole model']:8.2f}   aim 1.40 or more")
    cold, warm = report_times(study)
    print("A report, seconds of wall time, two notebooks at a time")
    print(f"  cold cache        {cold:8.1f}")
    print(f"  warm cache        {warm:8.1f}   aim 45 or less")


if __name__ == "__main__":
    main(*sys.argv[1:])
