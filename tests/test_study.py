"""A study folder is checked when it is read, and each fault gets one clear line."""

import pytest

from parallax import study
from parallax.cli import main
from parallax.errors import StudyError
from parallax.study import load


def make(folder, book="title: A study\n", **files):
    folder.mkdir(exist_ok=True)
    (folder / "codebook.yml").write_text(book, encoding="utf-8")
    for name, text in files.items():
        data = text if isinstance(text, bytes) else text.encode()
        (folder / name.replace("__", ".")).write_bytes(data)
    return folder


def test_the_seeds_are_read_whole():
    seeds = load("seeds")
    assert seeds.sources == ["Feed digest", "Fact brief", "Parade preview", "Talks analysis", "Beijing responds"]
    assert all(document.status == "ok" and not document.problem for document in seeds.documents)
    assert seeds.labels is not None


@pytest.mark.parametrize(
    "book, said",
    [
        ("title: T\nactor: {}\n", "actor: unknown key (did you mean 'actors'?); allowed: title, "),
        (
            "title: T\nactors: {X: {name: X, kind: state, alias: Y}}\n",
            "actors.X.alias: unknown key (did you mean 'aliases'?)",
        ),
        ("title: T\nactors: {X: {name: X, kind: planet}}\n", "actors.X.kind: input should be 'person', 'state'"),
        ("title: T\nactors: {X: {kind: state}}\n", "actors.X.name: this key is required"),
        ("about: no title\n", "title: this key is required"),
        ("title: T\nframes: {f: {words: []}, f: {words: []}}\n", "line 2: the key 'f' stands twice"),
        ("title: [T\n", "line 2, column 1"),
        ("title: T\nframes:\n\tf: {words: [a]}\n", "line 3, column 1: found character '\\t' that cannot start"),
        ("title: T\nframes:\n\tf: {words: [a]}\n", "(a tab: set lines in with spaces)"),
        ("title: T: U\n", "(a colon inside a text: put the text in quotes)"),
        ("title: T\nframes: {f: {words: [a}}\n", "(a bracket is not closed, "),
        ("title: T\nframes:\n  f: {words: [a]}\n   g: {words: [b]}\n", "(set in otherwise than the lines around it, "),
        ("title: \"T\n", "(a quotation mark is not closed)"),
        ("just words", "expected keys and values"),
        (
            "title: T\nnarrative: {claim: C, members: [CHINA]}\n",
            "narrative.members: 'CHINA' is no actor of this codebook",
        ),
        ("title: T\nnarrative: {claim: C, arguments: {a: {side: both, cues: [x]}}}\n", "narrative.arguments.a.side"),
    ],
)
def test_a_fault_in_the_codebook_names_the_key_and_what_is_allowed(tmp_path, book, said):
    with pytest.raises(StudyError) as error:
        load(make(tmp_path / "s", book, a__txt="One sentence."))
    line = str(error.value)
    assert line.startswith("codebook.yml: ") and said in line and "\n" not in line


def test_norway_is_no_boolean_and_empty_keys_are_defaults(tmp_path):
    book = load(
        make(tmp_path / "s", "title: T\nactors: {NO: {name: Norway, kind: state}}\nframes:\n", a__txt="Text here.")
    ).codebook
    assert list(book.actors) == ["NO"] and book.frames == {}


def test_a_key_left_empty_says_nothing_wherever_it_stands(tmp_path):
    book = "title: T\nactors: {X: {name: X, kind: state, aliases: }}\nnarrative:\n  claim: C\n  arguments:\n"
    found = load(make(tmp_path / "s", book, a__txt="Text here.")).codebook
    assert found.actors["X"].aliases == [] and found.narrative.arguments == {}


@pytest.mark.parametrize(
    "data, reason",
    [
        (b"", "empty"),
        (b" \n\t", "empty"),
        ("Zürich".encode("latin-1"), "not UTF-8 (byte 1)"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not UTF-8"),
        (b"abc\x00def", "zero bytes"),
    ],
)
def test_a_bad_document_is_skipped_with_its_reason(tmp_path, data, reason):
    documents = load(make(tmp_path / "s", good__txt="All is well here.", bad__txt=data)).documents
    bad = next(document for document in documents if document.file == "bad.txt")
    assert bad.status == "skipped" and reason in bad.problem
    assert next(document for document in documents if document.file == "good.txt").status == "ok"


def test_sources_and_files_that_do_not_match_are_said(tmp_path):
    sources = "file,source\na.txt,A\ngone.txt,B\n"
    folder = make(tmp_path / "s", a__txt="One sentence.", b__txt="Another sentence.", sources__csv=sources)
    problems = {document.file: (document.status, document.problem) for document in load(folder).documents}
    assert problems["a.txt"] == ("ok", "")
    assert problems["gone.txt"][0] == "skipped" and "not in the folder" in problems["gone.txt"][1]
    assert problems["b.txt"][0] == "ok" and "not in sources.csv" in problems["b.txt"][1]


@pytest.mark.parametrize(
    "sources, said",
    [
        ("file,label\na.txt,A\n", "unknown column 'label'"),
        ("file,outlet\na.txt,A\n", "no column 'source'"),
        ("file,source\na.txt,A\na.txt,B\n", "'a.txt' stands in two rows"),
        ("file,source\n../a.txt,A\n", "line 2: file is '../a.txt'"),
        ("", "sources.csv: empty"),
    ],
)
def test_a_fault_in_the_table_of_sources(tmp_path, sources, said):
    with pytest.raises(StudyError, match=r"^sources\.csv: ") as error:
        load(make(tmp_path / "s", a__txt="One sentence.", sources__csv=sources))
    assert said in str(error.value)


@pytest.mark.parametrize("command", ["tables", "check", "figures", "report"])
def test_bad_input_is_one_line_on_standard_error_and_exit_1(tmp_path, capsys, command):
    out = [] if command == "check" else ["--out", str(tmp_path / "out")]
    empty = tmp_path / "empty"
    empty.mkdir()
    (empty / "codebook.yml").write_text("title: T")
    for folder, said in ((tmp_path / "nowhere", "no such folder"), (empty, "no texts")):
        assert main([command, str(folder), *out]) == 1
        err = capsys.readouterr().err
        assert said in err and err.count("\n") == 1 and "Traceback" not in err


def test_an_unknown_model_is_said_with_those_that_are_there(tmp_path, capsys):
    assert main(["tables", "seeds", "--out", str(tmp_path), "--model", "en_core_web_xxl"]) == 1
    assert "model: 'en_core_web_xxl' is not installed; installed: en_core_web_sm" in capsys.readouterr().err


def test_the_checksum_follows_texts_and_codebook(tmp_path):
    first = load(make(tmp_path / "s", a__txt="One sentence.")).checksum
    assert load(make(tmp_path / "s", a__txt="One sentence.")).checksum == first
    assert load(make(tmp_path / "s", a__txt="Another.")).checksum != first
    assert load(make(tmp_path / "s", "title: B\n", a__txt="One sentence.")).checksum != first
    assert load(make(tmp_path / "s", a__txt="One sentence.", b__pdf="no text")).checksum == first
    book = "title: A study\ncolumns: {text: Body}\n"
    assert load(make(tmp_path / "s", book, a__txt="One sentence.")).checksum == first


def test_a_study_is_found_from_any_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert study.find("seeds").name == "seeds"


@pytest.mark.parametrize(
    "book, said",
    [
        ("frames: {f: {words: [said/FOO]}}", "frames.f.words: 'said/FOO': 'FOO' is no part of speech"),
        ("frames: {f: {words: [<against>]}}", "<against> stands for nothing"),
        ("frames: {f: {words: ['...']}}", "would match anything"),
        ("actors: {source: {name: X, kind: state}}", "'source' means the source's own voice"),
        ("actors: {X: {nane: X, kind: state}}", "actors.X.nane: unknown key (did you mean 'name'?)"),
        ("? [a, b]\n: c", "a key must be a word"),
    ],
)
def test_what_could_never_work_is_refused(tmp_path, book, said):
    with pytest.raises(StudyError) as error:
        load(make(tmp_path / "s", f"title: T\n{book}\n", a__txt="One sentence."))
    assert said in str(error.value)


@pytest.mark.parametrize(
    "sources, said",
    [
        ("file,source\na.txt,A,\n", "a row has more cells than the header"),
        ("file;source\na.txt;A\n", "columns are set apart by ';'"),
        ("file,source\na.txt,all\n", "the source is called 'all'"),
        ("file,source\na.txt,A\x1b\n", "control character"),
    ],
)
def test_odd_tables_of_sources(tmp_path, sources, said):
    with pytest.raises(StudyError) as error:
        load(make(tmp_path / "s", a__txt="One sentence.", sources__csv=sources))
    assert said in str(error.value)


def test_other_places_and_names_are_hinted_at(tmp_path):
    (tmp_path / "codebook.yaml").write_text("title: T")
    with pytest.raises(StudyError, match="found codebook.yaml: rename it"):
        load(tmp_path)
    (tmp_path / "codebook.yaml").rename(tmp_path / "codebook.yml")
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "a.txt").write_text("One sentence.")
    assert [(one.file, one.source) for one in load(tmp_path).documents] == [("texts/a.txt", "a")]


def test_odd_labels_are_said_in_one_line(tmp_path):
    from parallax import evaluate, tables

    folder = make(tmp_path / "s", a__txt="One sentence stands here.")
    (folder / "labels").mkdir()
    labels = folder / "labels" / "sentences.csv"
    faults = {
        "file,start\na.txt,0\n": "labels/sentences.csv: no column 'end'",
        "": "labels/sentences.csv: empty",
        "sentence,file,kind,start,end,text\na.1,a.txt,body,x,3,One\n": "line 2: start and end must be numbers",
    }
    for text, said in faults.items():
        labels.write_text(text)
        with pytest.raises(StudyError) as error:
            evaluate.accuracy(tables.build(load(folder)), labels.parent)
        assert said in str(error.value)
    labels.write_text("sentence,file,kind,start,end,text\na.001,a.txt,body,0,25,One sentence stands here.\n")
    found = tables.build(load(folder))
    assert evaluate.accuracy(found, labels.parent)["value"].max() == 1.0
    assert evaluate.errors(found, labels.parent, "stance").empty


def test_long_texts_take_no_longer_than_their_length(tmp_path):
    """A quadratic rule would take minutes here."""
    import time

    from parallax import segment

    start = time.process_time()
    segment.blocks("China said that it would sign. " * 15_000, "x")
    segment.blocks("word " * 80_000 + "\n\nNext line here.", "x")
    segment.blocks("Short line\n" * 30_000, "x")
    assert time.process_time() - start < 20


@pytest.mark.parametrize(
    "raw, said",
    [
        ("It doesn\u00e2\u20ac\u2122t open.", "wrong encoding"),
        ("The caf\u00c3\u00a9 is shut.", "wrong encoding"),
        ("\ufffdNo,\ufffd he said. It\ufffds shut.", "characters are lost"),
        ('<p class="a">The quay is shut.</p>', "HTML tags"),
        ("Fish &amp; ships&nbsp;now", "HTML entities"),
    ],
)
def test_a_text_that_is_not_what_it_seems_is_said(raw, said):
    (line,) = study.oddities(study.Document("a.txt", "A", held=raw))
    assert said in line and "\n" not in line


def test_a_text_with_accents_and_signs_is_not_odd():
    raw = "The café of São Paulo – “oui”, ÂNGELA said; a < b > c & d; one \ufffd only."
    assert study.oddities(study.Document("a.txt", "A", held=raw)) == []


@pytest.mark.parametrize(("name", "size"), [("codebook.yml", 2), ("sources.csv", 500)])
def test_a_file_without_end_is_not_read(tmp_path, name, size):
    (tmp_path / "codebook.yml").write_text("title: T")
    (tmp_path / "a.txt").write_text("The mayor spoke.")
    with open(tmp_path / name, "wb") as file:
        file.truncate(600_000_000)  # takes no room on the disk
    with pytest.raises(StudyError, match=f"^{name}: too large: over {size} MB$"):
        load(tmp_path)
