"""The command line: new, check, report, notebooks, explore, review, queue, tables, figures."""

import argparse
import io
import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from parallax import __version__, files, stops
from parallax.errors import StudyError, shown
from parallax.study import Study, load, outside, write_texts

if TYPE_CHECKING:
    from parallax.tables import Tables


class Parser(argparse.ArgumentParser):
    """A parser that writes what it was given so that a terminal shows it and does not obey it."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the arguments, and end."""
        super().error(shown(message))


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; return 0 when done, 1 with one line on standard error when the input is wrong."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal of another encoding is no reason to stop
    parser = Parser(prog=called(), description="One event, several sources.")
    parser.add_argument("--version", action="version", version=f"parallax {__version__}")
    commands = parser.add_subparsers(dest="command", required=True)

    def command(name: str, help: str, out: str | None = None) -> Parser:
        sub = commands.add_parser(name, help=help, description=help)
        sub.add_argument("study", help="a folder with articles and codebook.yml")
        if out:
            sub.add_argument("--out", required=True, help=out)
        sub.add_argument("--model", default=None, help="an installed spaCy model")
        return sub

    def answered(sub: Parser) -> None:
        sub.add_argument("--labels", default=None, metavar="DIR",
                         help="a folder of answers, all taken as read; else those in the study that name a reader")

    def analysed(sub: Parser) -> None:
        sub.add_argument("--workers", type=int, default=os.cpu_count() or 1, metavar="N", help="processes")
        sub.add_argument("--engine", default="", metavar="WHERE",
                         help="dask for a cluster on this machine, or tcp://HOST:PORT of a running scheduler")

    def served(sub: Parser) -> None:
        sub.add_argument("--reader", default="", help="who corrects; your login name by default")
        sub.add_argument("--port", type=int, default=8866, help="where it is served, or the next free one")
        sub.add_argument("--no-browser", dest="browser", action="store_false", help="open no browser")
        analysed(sub)

    help = "Make a study: copy articles into a folder, and write a codebook to fill in and a table of sources."
    sub = commands.add_parser("new", help=help, description=help)
    sub.add_argument("folder", help="the folder of the study; made when it is missing")
    sub.add_argument("files", nargs="*", help="articles, or folders of them, to copy; those in FOLDER stay")
    sub = command("check", "Say what a study holds, what is missing and what is odd, and propose what to look for.")
    analysed(sub)
    sub = command("report", "Run the notebooks and write one HTML site.", "folder for the site")
    sub.add_argument("-p", "--parameter", nargs=2, action="append", default=[], metavar=("NAME", "VALUE"),
                     help="a parameter of the notebooks; may be given several times")
    sub.add_argument("--workers", type=int, default=2, help="notebooks at a time")
    command("notebooks", "Copy the notebooks, set to a study, to open them in JupyterLab.", "folder for the notebooks")
    sub = command("tables", "Write the tables.", "folder for the tables")
    answered(sub)
    analysed(sub)
    sub.add_argument("--format", choices=("csv", "parquet"),
                     help="csv by default; with --engine Parquet, a folder of parts for each table")
    sub.add_argument("--raw", action="store_true",
                     help="in CSV leave texts as they are that a spreadsheet would run as formulas, as Parquet does")
    sub = command("queue", "List the sentences to read next, the best first, as CSV.")
    answered(sub)
    analysed(sub)
    sub.add_argument("--limit", type=int, default=0, metavar="N", help="at most so many; 0 for all")
    command("figures", "Draw every figure with the CSV it was drawn from.", "folder for the figures")
    served(command("explore", "Serve the page of explore: filter, search, read and correct."))
    served(command("review", "Serve the page of review: read one sentence, and one pair that differs, after another."))
    args = parser.parse_args(argv)
    try:
        check_numbers(args)
        return globals()[args.command](args) or 0
    except (StudyError, OSError, KeyboardInterrupt) as error:
        return ended(error)


def ended(error: BaseException) -> int:
    """Say in one line why a command ended before it was done, and return its exit code."""
    if isinstance(error, KeyboardInterrupt) or stops.asked.is_set():  # some code makes another error of the first one
        return stops.say()
    if isinstance(error, BrokenPipeError):  # nobody reads any more, which Python would say once more at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    if isinstance(error, OSError):  # a disk that is full, a folder that was taken away
        error = StudyError(f"{error.filename or 'a file'}: {error.strerror or error}")
    print(f"parallax: {shown(error)}", file=sys.stderr)
    return 1


def check_numbers(args: argparse.Namespace) -> None:
    """Raise StudyError where an option has a value that is not allowed."""
    if not getattr(args, "out", "."):
        raise StudyError("--out: empty; give a folder")
    for name, least in (("workers", 1), ("limit", 0)):
        if getattr(args, name, least) < least:
            raise StudyError(f"--{name}: {getattr(args, name)}; allowed: {least} or more")


def called() -> str:
    """Return how this command line was called: `parallax`, or `python -m parallax`."""
    return "parallax" if Path(sys.argv[0]).stem == "parallax" else "python -m parallax"


def model(args: argparse.Namespace) -> str:
    """Return the name of the model to use."""
    from parallax.annotate import MODEL

    return args.model or MODEL


def new(args: argparse.Namespace) -> None:
    """Make a study and say what was done and what comes next."""
    from parallax.new import beside, create, quoted

    print("\n".join(map(shown, create(args.folder, args.files))))
    folder = Path(args.folder)
    print("Next:")
    print(shown(f"  look through {folder / 'sources.csv'} (a spreadsheet opens it)"))
    print(shown(f"  {called()} check {quoted(folder)}"))
    book = folder / "codebook.yml"
    print(shown(f"  write what to look for into {book}; check proposes it, and tells what was found"))
    print(shown(f"  {called()} report {quoted(folder)} --out {quoted(beside(folder, '_report'))}"))


def notebooks(args: argparse.Namespace) -> None:
    """Copy the notebooks, set to a study."""
    from parallax.new import notebooks, quoted

    made = notebooks(args.study, args.out, args.model or "")
    print(shown(f"{len(made)} notebooks in {args.out}; open them with: jupyter lab {quoted(made[0])}"))


def tables(args: argparse.Namespace) -> None:
    """Write the tables of a study and say what went where."""
    from parallax import labels, verdicts
    from parallax import tables as module
    from parallax.cooccurrence import all_pairs

    study, out = load(args.study), Path(args.out)
    outside(study, out)
    form = args.format or ("parquet" if args.engine else "csv")
    form = "raw" if form == "csv" and args.raw else form
    found = labels.corrected(study, built(study, args), args.labels)
    more = {"pairs": all_pairs(found, study.codebook), "discrepancies": verdicts.table(study, found, args.labels)}
    with module.cannot_write(out), files.together(out) as room:
        write_texts(study, room / "texts")
        found.save(room, "parts" if args.engine and form == "parquet" else form)
        for name, table in more.items():
            module.write(table, room / name, form)
    for row in found.documents[found.documents["problem"] != ""].itertuples():
        print(shown(f"{row.file}: {row.status}: {row.problem}"), file=sys.stderr)
    counts = {name: len(found.take(name, ["file"])) for name in module.COLUMNS}
    counts |= {name: len(table) for name, table in more.items()}
    print(", ".join(f"{name} {n}" for name, n in counts.items()) + f" rows in {shown(args.out)}")


def built(study: Study, args: argparse.Namespace) -> "Tables":
    """Make the tables of a study, with a bar where somebody looks on."""
    from tqdm import tqdm

    from parallax import tables as module

    bar = partial(tqdm, desc="articles", unit="article", disable=not sys.stderr.isatty())
    return module.build(study, model(args), progress=bar, workers=args.workers, engine=args.engine)


def queue(args: argparse.Namespace) -> None:
    """Print the sentences to read next as CSV."""
    from parallax import labels, reading
    from parallax.cells import guarded

    study = load(args.study)
    rules = built(study, args)
    found = labels.answers(study, rules, args.labels)
    guarded(reading.queue(study, rules, found, args.limit)).to_csv(sys.stdout, index=False, lineterminator="\n")


def check(args: argparse.Namespace) -> None:
    """Print what a study holds, what is odd in it, and what it could look for."""
    from parallax import check as module
    from parallax import propose
    from parallax.new import beside, quoted

    study = load(args.study)
    found = built(study, args)
    for line in (*module.lines(study, found), *propose.lines(study, found, model(args))):
        print(shown(line))
    out = beside(Path(args.study), "_report")
    print(shown(f"a report of it: {called()} report {quoted(args.study)} --out {quoted(out)}"))


def figures(args: argparse.Namespace) -> None:
    """Draw every figure with the CSV it was drawn from: run the notebooks with `out`."""
    from parallax.report import figures

    drawn = figures(args.study, args.out, {"model": args.model} if args.model else {})
    print(shown(f"{len(drawn)} figures in {args.out}: {', '.join(drawn)}"))


def report(args: argparse.Namespace) -> None:
    """Run the notebooks and write one HTML site."""
    from parallax.report import report

    parameters = dict(args.parameter)
    if args.model:
        parameters["model"] = args.model
    print(shown(report(args.study, args.out, parameters, workers=args.workers)))


def explore(args: argparse.Namespace) -> None:
    """Serve the page of explore until it is stopped."""
    page("explore", args)


def review(args: argparse.Namespace) -> None:
    """Serve the page of review until it is stopped."""
    page("review", args)


def page(notebook: str, args: argparse.Namespace) -> None:
    """Read a study and its answers, so that what is wrong is said here, and serve a notebook on it."""
    from parallax import labels, verdicts
    from parallax.serve import serve

    study = load(args.study)
    built(study, args)
    labels.read(study.folder / "labels")
    verdicts.read(study.folder / "labels")
    values = {"study": str(study.folder), "model": model(args), "reader": args.reader}
    serve(notebook, values, args.port, args.browser)
