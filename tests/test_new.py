"""A new study: what is copied, what is written, and that nothing is half done; the notebooks set to a study."""

import csv
import re
from pathlib import Path

import nbformat
import papermill
import pytest
import yaml

from parallax import new
from parallax.cli import main
from parallax.codebook import Actor, Argument, Codebook, Frame, Narrative, read_codebook
from parallax.documents import SOURCE_COLUMNS
from parallax.errors import StudyError
from parallax.study import ROOT, load

TEMPLATE = ROOT / "lib/parallax/template/study/codebook.yml"


@pytest.fixture
def articles(tmp_path, monkeypatch):
    """A folder of articles of two papers, and the current folder beside it."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "articles"
    (folder / "more").mkdir(parents=True)
    for name in ("post_1.txt", "post_2.txt", "herald_1.txt", ".hidden.txt", "more/post_3.txt"):
        (folder / name).write_text(f"The harbour opened, says {name}.", encoding="utf-8")
    return folder


def files(folder):
    return sorted(path.relative_to(folder).as_posix() for path in Path(folder).rglob("*") if path.is_file())


def sources(folder):
    with open(Path(folder) / "sources.csv", encoding="utf-8-sig", newline="") as table:
        return list(csv.DictReader(table))


def test_a_folder_becomes_a_study(articles, capsys):
    assert main(["new", "harbour_treaty", "articles"]) == 0
    assert files("harbour_treaty") == ["README.md", "codebook.yml", "herald_1.txt", "more/post_3.txt", "post_1.txt",
                                       "post_2.txt", "sources.csv"]
    assert (articles / "post_1.txt").exists()  # copied, not moved
    study = load("harbour_treaty")
    assert study.title == "Harbour treaty" and {"herald", "post"} <= set(study.sources)
    rows = {row["file"]: row for row in sources("harbour_treaty")}
    assert list(rows["post_1.txt"]) == SOURCE_COLUMNS and rows["post_1.txt"]["source"] == "post"
    assert not [document.problem for document in study.documents if document.problem]
    said = capsys.readouterr().out
    assert "4 files copied" in said and "post (" in said and "how the names of the files begin" in said
    assert "python -m parallax check harbour_treaty" in said
    assert "report harbour_treaty --out" in (Path("harbour_treaty") / "README.md").read_text(encoding="utf-8")


def test_articles_that_lie_there_are_the_study(articles):
    before = files(articles)
    (articles / "README.md").write_text("mine", encoding="utf-8")
    new.create(articles, [articles])
    assert set(files(articles)) == {*before, "README.md", "codebook.yml", "sources.csv"}
    assert (articles / "README.md").read_text(encoding="utf-8") == "mine"


def test_a_study_is_not_touched(articles, capsys):
    new.create("s", ["articles/post_1.txt"])
    before = {name: Path("s", name).read_bytes() for name in files("s")}
    assert main(["new", "s", "articles/post_2.txt"]) == 1
    said = "parallax: s: it holds codebook.yml, so it is a study already; nothing was changed\n"
    assert capsys.readouterr().err == said
    assert before == {name: Path("s", name).read_bytes() for name in files("s")}


def test_several_folders_keep_their_names_and_patterns_are_looked_up(articles):
    Path("wire").mkdir()
    Path("wire/post_1.txt").write_text("Another text.", encoding="utf-8")
    copies = new.planned(Path("s"), ["articles", "wire"])
    assert Path("s/articles/post_1.txt") in copies and Path("s/wire/post_1.txt") in copies
    assert sorted(path.name for path in new.planned(Path("s"), ["articles/post_*.txt"])) == ["post_1.txt", "post_2.txt"]


def broken(name):
    Path("other").mkdir()
    (Path("other") / name).write_text("Another text.", encoding="utf-8")
    return f"other/{name}"


@pytest.mark.parametrize("given, said", [
    (["nowhere.txt"], "nowhere.txt: no such file or folder"),
    (["articles/post_1.txt", "post_1.txt"], "would both become"),
    (["articles/post_1.txt", "POST_1.TXT"], "would both become"),  # one file for some systems
    (["codebook.yml"], "a study already"),
])
def test_nothing_is_made_where_something_is_wrong(articles, capsys, given, said):
    given = [name if "/" in name or name == "nowhere.txt" else broken(name) for name in given]
    assert main(["new", "deep/down/s", *given]) == 1
    error = capsys.readouterr().err
    assert said in error and "nothing was" in error or "codebook" in error
    assert error.count("\n") == 1 and not Path("deep").exists()


def test_a_file_that_is_there_is_not_overwritten(articles):
    Path("s").mkdir()
    Path("s/post_1.txt").write_text("Mine.", encoding="utf-8")
    with pytest.raises(StudyError, match="is there already"):
        new.create("s", ["articles"])
    assert files("s") == ["post_1.txt"] and Path("s/post_1.txt").read_text(encoding="utf-8") == "Mine."


def test_what_was_made_is_taken_away_when_it_fails(articles, monkeypatch):
    Path("s").mkdir()
    Path("s/mine.txt").write_text("Mine.", encoding="utf-8")

    def full(origin, target):
        if Path(origin).name == "post_1.txt":
            raise OSError(28, "No space left on device", str(target))
        Path(target).write_text("half", encoding="utf-8")

    monkeypatch.setattr(new.shutil, "copyfile", full)
    with pytest.raises(StudyError, match="No space left on device; nothing was made"):
        new.create("s", ["articles"])
    assert files("s") == ["mine.txt"] and not Path("s/more").exists()


def test_what_cannot_be_made_ends_in_one_line(articles, capsys):
    assert main(["new", "n" * 300, "articles"]) == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert main(["new", "articles/post_1.txt", "articles"]) == 1
    assert capsys.readouterr().err == "parallax: articles/post_1.txt: a file; give a folder\n"


def test_linked_folders_are_walked_once(articles, tmp_path):
    other = tmp_path / "elsewhere"
    other.mkdir()
    (other / "far.txt").write_text("The harbour closed.", encoding="utf-8")
    try:
        (articles / "linked").symlink_to(other, target_is_directory=True)
        (articles / "more" / "round").symlink_to(articles, target_is_directory=True)
    except OSError:
        pytest.skip("no links here")
    names = sorted(path.relative_to(articles).as_posix() for path in new.inside(articles))
    assert names == ["herald_1.txt", "linked/far.txt", "more/post_3.txt", "post_1.txt", "post_2.txt"]


def test_a_table_of_sources_that_is_given_stays(articles):
    (articles / "sources.csv").write_text("file,source\npost_1.txt,The Post\n", encoding="utf-8")
    lines = new.create("s", ["articles"])
    assert sources("s") == [{"file": "post_1.txt", "source": "The Post"}]
    assert "  written: README.md, codebook.yml" in lines and not any("names of the files" in line for line in lines)


def test_a_new_folder_inside_what_is_given_is_refused(articles):
    with pytest.raises(StudyError, match="lies in it"):
        new.create("articles/study", ["articles"])
    assert not Path("articles/study").exists()


def test_a_study_without_articles_can_begin(articles, capsys):
    assert main(["new", "my study"]) == 0
    assert "without articles" in (said := capsys.readouterr().out) and 'check "my study"' in said
    Path("my study/a.txt").write_text("The harbour opened.", encoding="utf-8")
    assert load("my study").sources == ["a"]


def test_what_cannot_be_read_is_named(articles):
    (articles / "bad.txt").write_bytes(b"\xff\xfe\xfa")
    lines = new.create("s", ["articles"])
    assert any(line.startswith("  not read: bad.txt: not UTF-8") for line in lines)


@pytest.mark.parametrize("names, expected", [
    (["times_1", "times_2", "post_1"], ["times", "times", "post"]),
    (["times-1", "post 12"], ["times-1", "post 12"]),  # a source each: nothing is gained
    (["times-1", "times-2", "post 12"], ["times", "times", "post"]),
    (["times_1", "times_2"], ["times_1", "times_2"]),  # one source only
    (["2025_a", "2025_b", "post_c"], ["2025_a", "2025_b", "post_c"]),  # a number is no source
    (["times_1", "times_2", "letter"], ["times", "times", "letter"]),
    (["text_1", "text_2", "times_1", "times_2"], ["text_1", "text_2", "times", "times"]),
])
def test_the_source_is_how_files_are_named_where_that_makes_groups(names, expected):
    documents = [new.Document(f"{name}.txt", name) for name in names]
    assert new.named_alike(documents) == (names != expected)
    assert [document.source for document in documents] == expected


def test_what_a_file_says_of_itself_is_kept():
    documents = [new.Document("times_1.txt", "The Times", "The Times"), *(new.Document(f"post_{n}.txt", f"post_{n}")
                                                                          for n in (1, 2))]
    assert new.named_alike(documents)
    assert [document.source for document in documents] == ["The Times", "post", "post"]


def test_a_file_that_cannot_be_read_yet_gets_no_source():
    documents = [new.Document("a.txt", "a", held="Gulls."), new.Document("b.csv", "b", status="skipped")]
    assert [row["source"] for row in csv.DictReader(new.sources_table(documents).splitlines())] == ["a", ""]


@pytest.mark.parametrize("folder, expected", [("s", "s_report"), ("a/s", "a/s_report"), (".", "../{here}_report")])
def test_a_report_goes_beside_the_study(tmp_path, monkeypatch, folder, expected):
    monkeypatch.chdir(tmp_path)
    assert new.beside(Path(folder), "_report").as_posix() == expected.format(here=tmp_path.name)


def test_a_file_with_very_many_articles_gets_one_row():
    documents = [new.Document(f"all.csv#{n}", "Wire") for n in range(1, 102)] + [new.Document("a.txt", "a")]
    rows = list(csv.DictReader(new.sources_table(documents).splitlines()))
    assert [row["file"] for row in rows] == ["all.csv", "a.txt"] and rows[0]["source"] == ""


def test_a_title_is_text_whatever_the_folder_is_called(articles):
    name = "it's: #1 \"bloc\""
    try:
        Path(name).mkdir()
    except OSError:
        pytest.skip("this system takes no such name")
    new.create(name, ["articles/post_1.txt"])
    assert load(name).title == "It's: #1 \"bloc\""


def test_the_template_is_a_whole_codebook_without_its_marks(tmp_path):
    text = TEMPLATE.read_text(encoding="utf-8").replace("{title}", "T")
    (tmp_path / "codebook.yml").write_text(text, encoding="utf-8")
    assert read_codebook(tmp_path / "codebook.yml") == Codebook(title="T")
    filled = re.sub(r"^#(?=  +(?:the )?\w+:(?: |$))", "", text, flags=re.M)
    (tmp_path / "codebook.yml").write_text(filled, encoding="utf-8")
    book = read_codebook(tmp_path / "codebook.yml")
    assert {"RURITANIA", "REED"} <= set(book.actors) and book.frames and book.naming and book.groups
    assert yaml.safe_load(filled)["title"] == "T"


@pytest.mark.parametrize("part", [Codebook, Actor, Frame, Argument, Narrative])
def test_the_template_explains_every_key(part):
    words = set(re.findall(r"\w+", TEMPLATE.read_text(encoding="utf-8")))
    assert set(part.model_fields) <= words


# --- The notebooks


@pytest.mark.parametrize("path, said", [
    ("my_study", "my_study"), ("my study", '"my study"'), (r"C:\a b\c", r'"C:\a b\c"'), ("a;rm -r b", '"a;rm -r b"'),
    ("a$(rm b)", "'a$(rm b)'"), ('a"b', "'a\"b'"), ("a`b`", "'a`b`'"), ("a&b", '"a&b"'),
])
def test_a_path_that_is_printed_can_be_pasted(path, said):
    assert new.quoted(path) == said


def test_notebooks_are_set_to_a_study_without_outputs(articles, capsys):
    new.create("s", ["articles/post_1.txt"])
    assert main(["notebooks", "s", "--out", "work/pages", "--model", "en_core_web_sm"]) == 0
    made = sorted(Path("work/pages").glob("*.ipynb"))
    assert [path.name for path in made] == sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))
    for path in made:
        assert papermill.inspect_notebook(path)["study"]["default"] == '"../../s"'
        cells = nbformat.read(path, as_version=4).cells
        assert not [cell for cell in cells if cell.cell_type == "code" and (cell.outputs or cell.execution_count)]
    assert f"{len(made)} notebooks in work/pages" in capsys.readouterr().out


def test_a_notebook_that_is_there_is_not_overwritten(articles, capsys):
    new.create("s", ["articles/post_1.txt"])
    Path("pages").mkdir()
    Path("pages/3_stance.ipynb").write_text("mine", encoding="utf-8")
    assert main(["notebooks", "s", "--out", "pages"]) == 1
    assert "pages: 3_stance.ipynb there already" in capsys.readouterr().err
    assert files("pages") == ["3_stance.ipynb"]
