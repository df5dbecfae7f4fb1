"""What is kept between runs: found again when it is whole, made again when it is not; one state of a study in a run."""

import random
import shutil
import subprocess
import sys

import pandas as pd
import pytest

from parallax import cache, documents, engines, files, parts, shelf, store, tables
from parallax.errors import StudyError
from parallax.study import changed, load

TEXT = "Rome said that the bridge number {} is closed. It will open soon, the mayor of Strelsau wrote.\n"


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """A cache of its own, and parts of two documents."""
    monkeypatch.setenv("PARALLAX_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(parts, "PART", 2)
    return tmp_path / "cache"


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "study"
    folder.mkdir()
    (folder / "codebook.yml").write_text("title: T\nactors: {R: {name: Rome, kind: state}}\n")
    for i in range(5):
        (folder / f"{i}.txt").write_text(TEXT.format(i))
    return folder


@pytest.fixture
def parsed(monkeypatch):
    """The names of the stories that were parsed, not taken from the cache."""
    names, make = [], cache.make_doc
    monkeypatch.setattr(cache, "make_doc", lambda nlp, story: names.append(story.name) or make(nlp, story))
    return names


def same(one, other):
    for name, table in one.items():
        pd.testing.assert_frame_equal(table, other.take(name))


def test_only_a_changed_document_is_parsed_again(folder, parsed):
    tables.build(load(folder))
    assert parsed == [f"{i}-1" for i in range(5)]
    parsed.clear()
    tables.build(load(folder))
    assert parsed == []
    (folder / "3.txt").write_text(TEXT.format("three"))
    assert "three" in tables.build(load(folder)).sentences["text"].str.cat()
    assert parsed == ["3-1"]


def test_a_run_that_was_stopped_goes_on(folder, parsed, monkeypatch):
    make = parts.analyse

    def stops(documents, *rest):
        if documents[0].name == "4":
            raise KeyboardInterrupt
        return make(documents, *rest)

    monkeypatch.setattr(parts, "analyse", stops)
    with pytest.raises(KeyboardInterrupt):
        tables.build(load(folder))
    monkeypatch.setattr(parts, "analyse", make)
    parsed.clear()
    found = tables.build(load(folder))
    assert parsed == ["4-1"] and len(found.sentences) == 10


def test_one_flipped_bit_is_noticed_wherever_it_is(folder, home):
    whole, flips = tables.build(load(folder)), random.Random(1)
    kept = sorted(path for path in home.rglob("*.*") if path.is_file() and path.suffix != ".spacy")  # see below
    assert {"seal.json", "words.parquet", "texts.parquet", "documents.parquet"} <= {path.name for path in kept}
    for path in kept:
        data = bytearray(path.read_bytes())
        data[flips.randrange(len(data))] ^= 1 << flips.randrange(8)
        path.write_bytes(data)
        same(whole, tables.build(load(folder)))


def test_what_stands_under_the_name_of_something_else_is_not_used(folder, home):
    whole = tables.build(load(folder))
    for kind in sorted(home.rglob("*.spacy"))[:2], sorted(home.glob("tables/*/*"))[:2]:
        one, other = kind
        beside = one.with_name("beside")
        one.rename(beside)
        other.rename(one)
        beside.rename(other)
        shutil.rmtree(home / "copies", ignore_errors=True)
    assert len(list(home.rglob("*.spacy"))) == 5
    same(whole, tables.build(load(folder)))


def test_a_swapped_or_damaged_parse_is_parsed_again(folder, home, parsed):
    tables.build(load(folder))
    one, other, third, *_ = sorted(home.rglob("*.spacy"))
    data = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(data)
    flipped = bytearray(third.read_bytes())
    flipped[len(flipped) // 2] ^= 1
    third.write_bytes(flipped)
    shutil.rmtree(home / "tables")
    parsed.clear()
    tables.build(load(folder))
    assert len(parsed) == 3


def test_a_cache_that_cannot_be_written_stops_nothing(folder, home, monkeypatch):
    home.write_text("a file where the folder should be")
    store.of_process.cache_clear()
    assert len(tables.build(load(folder)).sentences) == 10
    assert home.read_text() == "a file where the folder should be"


def test_texts_come_from_the_shelf_as_they_were_read(folder):
    study = load(folder)
    assert [one.held for one in study.documents] == [""] * 5
    assert [one.raw for one in study.documents] == [TEXT.format(i) for i in range(5)]
    assert documents.read_documents(folder)[0].held == TEXT.format(0)


def test_a_shelf_has_every_text_at_its_place(tmp_path):
    texts = [f"text {i}\u2028\r\n" * (i % 3) for i in range(2 * shelf.PART + 3)]
    with shelf.Writer(tmp_path / "texts.parquet") as writer:
        places = [writer.add(text) for text in texts]
    found = shelf.Shelf(tmp_path / "texts.parquet")
    assert places == list(range(len(texts))) and [found.text(i) for i in places] == texts


@pytest.mark.parametrize("change", [
    lambda folder: (folder / "0.txt").write_text(TEXT.format("nought")),
    lambda folder: (folder / "new.txt").write_text("A new one."),
    lambda folder: (folder / "4.txt").unlink(),
    lambda folder: (folder / "sources.csv").write_text("file,source\n0.txt,The Post\n"),
    lambda folder: (folder / "codebook.yml").write_text("title: Another\n"),
    lambda folder: (folder / "codebook.yml").write_text("title: [\n"),
], ids=["text", "more", "fewer", "sources", "codebook", "broken codebook"])
def test_a_study_that_changes_is_noticed(folder, change):
    study = load(folder)
    assert not changed(study)
    change(folder)
    assert changed(study)


def test_a_file_that_changes_while_it_is_read_is_said(folder, monkeypatch):
    read = documents.read_documents

    def slowly(*args):
        (folder / "0.txt").write_text(TEXT.format("nought"))
        return read(*args)

    monkeypatch.setattr(documents, "read_documents", slowly)
    with pytest.raises(StudyError, match="study: a file was changed while it was read; run it again"):
        load(folder)


def test_a_table_can_be_read_by_columns_and_by_parts(folder):
    found = tables.build(load(folder))
    assert list(found.take("mentions", ["actor", "text"])) == ["actor", "text"]
    assert [len(piece.documents) for piece in found.pieces()] == [2, 2, 1]
    pd.testing.assert_frame_equal(pd.concat([piece.sentences for piece in found.pieces()], ignore_index=True),
                                  found.sentences)
    own = found.select(["0", "1"]).counted()
    assert list(own.take("mentions", ["actor"])) == ["actor"] and len(own.mentions) == 2
    assert "sentences" not in found.__dict__ or found.sentences is found.take("sentences")


@pytest.mark.parametrize("form", ["csv", "parquet", "parts"])
def test_tables_are_written_part_by_part_as_they_would_be_at_once(folder, tmp_path, form):
    found = tables.build(load(folder))
    found.save(tmp_path / "parted", form)
    tables.Tables(**dict(found.items())).save(tmp_path / "whole", form)
    for name in tables.COLUMNS:
        one, other = (tmp_path / place / f"{name}.{'csv' if form == 'csv' else 'parquet'}" for place in
                      ("parted", "whole"))
        if form == "csv":
            assert one.read_bytes() == other.read_bytes()
        else:
            pd.testing.assert_frame_equal(pd.read_parquet(one), pd.read_parquet(other))
    assert len(list((tmp_path / "parted" / "words.parquet").glob("*"))) == (3 if form == "parts" else 0)


# --- Files that take their places together


def test_files_take_their_places_together_or_not_at_all(tmp_path):
    out = tmp_path / "a" / "out"
    with pytest.raises(ValueError), files.together(out) as room:
        (room / "one").write_text("new")
        raise ValueError
    assert not (tmp_path / "a").exists()  # what was made for nothing is gone
    with files.together(out) as room:
        (room / "one").write_text("old")
        (room / "in").mkdir()
        (room / "in" / "two").write_text("old")
    (out / "mine").write_text("stays")
    (out / "three").mkdir()
    with pytest.raises(OSError, match="a folder is in the way"), files.together(out) as room:
        (room / "one").write_text("new")
        (room / "three").write_text("new")
    held = {path.relative_to(out).as_posix(): path.read_text() for path in out.rglob("*") if path.is_file()}
    assert held == {"one": "old", "in/two": "old", "mine": "stays"}


def test_what_a_killed_run_had_ready_is_moved_by_the_next(tmp_path):
    (tmp_path / files.READY / "in").mkdir(parents=True)
    (tmp_path / files.READY / "in" / "one").write_text("ready")
    (tmp_path / f"{files.MADE}999999999").mkdir()  # of a process that is not there
    with files.together(tmp_path) as room:
        (room / "two").write_text("new")
    assert sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")) == ["in", "in/one", "two"]


# --- Engines


def test_a_process_that_dies_is_said(tmp_path):
    script = ("import os\nfrom parallax import engines\n"
              "if __name__ == '__main__':\n"
              "    list(engines.run(os._exit, [(i, 1) for i in range(3)], workers=2))\n")
    (tmp_path / "run.py").write_text(script)
    ran = subprocess.run([sys.executable, tmp_path / "run.py"], capture_output=True, text=True, timeout=60)
    assert ran.stderr.strip().splitlines()[-1].startswith("parallax.errors.StudyError: a process was ended")


@pytest.mark.parametrize("engine, said", [
    ("daskk", "--engine: 'daskk'; allowed: dask, or the address of a scheduler: tcp://HOST:PORT"),
    ("tcp://127.0.0.1:9", "--engine: tcp://127.0.0.1:9: no scheduler answers"),
])
def test_an_engine_that_is_not_there_is_said(engine, said, monkeypatch):
    monkeypatch.setattr(engines, "PATIENCE", 1)
    with pytest.raises(StudyError, match=said):
        list(engines.run(len, [("a", "b")], engine))


@pytest.mark.slow
def test_workers_of_dask_make_the_same_tables(folder, tmp_path):
    plain = tables.build(load(folder), cached=False)
    same(plain, tables.build(load(folder), cached=False, engine="dask", workers=2))
    run = [sys.executable, "-m", "dask"]
    address = "tcp://127.0.0.1:18786"
    scheduler = subprocess.Popen([*run, "scheduler", "--host", "127.0.0.1", "--port", "18786", "--no-dashboard"],
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    worker = subprocess.Popen([*run, "worker", address, "--no-nanny", "--nthreads", "2", "--no-dashboard"],
                              cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        same(plain, tables.build(load(folder), cached=False, engine=address))
    finally:
        worker.kill()
        scheduler.kill()


# --- What a spreadsheet would run


def test_cells_that_a_spreadsheet_would_run_are_text_in_csv_and_as_they_are_elsewhere(tmp_path):
    table = pd.DataFrame({"text": ["=1+1", "a\rb", "- said he", "plain", "'=x"], "npmi": [-0.5, 1, 2, 3, 4]})
    tables.write(table, tmp_path / "safe")
    tables.write(table, tmp_path / "raw", "raw")
    tables.write(table, tmp_path / "whole", "parquet")
    safe, raw = (pd.read_csv(tmp_path / f"{name}.csv") for name in ("safe", "raw"))
    assert list(safe["text"]) == ["'=1+1", "a\rb", "'- said he", "plain", "''=x"]
    assert list(safe["npmi"]) == list(raw["npmi"]) == list(table["npmi"])
    assert list(raw["text"]) == list(table["text"]) == list(pd.read_parquet(tmp_path / "whole.parquet")["text"])
