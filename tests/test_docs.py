"""What README and docs show is true: codebooks load, code runs, commands exist, every column has its line."""

import re
import shlex
from pathlib import Path

import papermill
import pytest
import yaml

from parallax import check, cli, cooccurrence, discrepancies, tables
from parallax.annotate import pipeline
from parallax.cli import main
from parallax.codebook import Actor, Argument, Codebook, Frame, Narrative, read_codebook
from parallax.study import load

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md")),
         ROOT / "lib/parallax/rules/en/README.md"]


def blocks(language):
    """List the blocks of a language, with the page that they stand on."""
    return [pytest.param(text, id=f"{page.stem}-{number}") for page in PAGES for number, text in
            enumerate(re.findall(rf"^```{language}\n(.*?)^```", page.read_text(encoding="utf-8"), re.M | re.S))]


@pytest.mark.parametrize("text", blocks("yaml"))
def test_a_codebook_loads(text, tmp_path):
    (tmp_path / "codebook.yml").write_text(text, encoding="utf-8")
    assert read_codebook(tmp_path / "codebook.yml").title


@pytest.mark.parametrize("text", blocks("python"))
def test_code_runs(text, monkeypatch):
    runs = []  # that notebooks run is tested elsewhere
    monkeypatch.setattr(papermill, "execute_notebook", lambda *given: runs.append(given))
    exec(compile(text, "snippet", "exec"), {})
    for notebook, _, parameters in runs:
        assert set(parameters) <= set(papermill.inspect_notebook(ROOT / notebook))


@pytest.mark.parametrize("line", [match[1] for page in PAGES for match in
                                  re.finditer(r"\b(papermill \S+\.ipynb .+)$", page.read_text(encoding="utf-8"), re.M)])
def test_papermill_takes_a_line_as_it_stands(line):
    words = shlex.split(line.split(";")[0])
    known = papermill.inspect_notebook(ROOT / words[1])
    assert words[2].endswith(".ipynb") and len(words) > 3
    assert {words[i + 1] for i, word in enumerate(words) if word == "-p"} <= set(known)


def test_commands_exist(capsys):
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.M))
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    assert set(re.findall(r"`?make ([a-z]+)", text)) - {"sure"} <= targets
    commands = set(re.findall(r"(?:python -m |^ *|`)parallax ([a-z]+)", text, re.M))
    assert {"new", "check", "report", "notebooks"} <= commands
    for command in commands:
        with pytest.raises(SystemExit) as stop:
            main([command, "--help"])
        assert stop.value.code == 0


@pytest.mark.parametrize("line", [match[1] for page in PAGES for match in
                                  re.finditer(r"^ *parallax (\w.+)$", page.read_text(encoding="utf-8"), re.M)])
def test_a_command_is_taken_as_it_stands(line, monkeypatch):
    words = shlex.split(line, comments=True)
    taken = []
    monkeypatch.setattr(cli, words[0], taken.append)
    assert main(words) == 0 and len(taken) == 1


def rows(page, head):
    """List the rows of the table that begins with `head`, each as its cells without back quotes."""
    text = (ROOT / page).read_text(encoding="utf-8")
    body = text[text.index(head):].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip().strip("`") for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in body]


@pytest.mark.parametrize("cue, side, keys, sentence, position, _", rows("docs/codebook.md", "| cue | side |"))
def test_a_cue_is_worth_what_the_page_says(cue, side, keys, sentence, position, _):
    book = yaml.safe_load(blocks("yaml")[-1].values[0])
    given = yaml.safe_load(f"{{{keys}}}")  # keys of the argument, and the members of another claim
    book["narrative"]["members"] = given.pop("members", book["narrative"]["members"])
    book["narrative"]["arguments"] = {"cue": {"side": side, "cues": [cue], **given}}
    doc = pipeline(Codebook.model_validate(book))(sentence)
    assert [span.label_ for span in doc.spans["stances"]] == ([] if position == "none" else [position])


SIDES = {"for": {"side": "for", "cues": ["alliance", "bloc"]},
         "against": {"side": "against", "cues": ["rivalry", "mistrust"]}}
BOTH = {"both": {"side": "for", "needs": "members", "cues": ["alliance"]}}
ONE = {"one": {"side": "for", "needs": "member", "cues": ["alliance"]}}


@pytest.mark.parametrize("arguments, sentence, values", [
    (SIDES, "Despite their rivalry, Ruritania and Sylvania form an alliance.", ["affirm"]),
    (SIDES, "Although there is mistrust, Ruritania and Sylvania form an alliance.", ["affirm"]),
    (SIDES, "Ruritania and Sylvania form no bloc, but they keep an alliance.", ["affirm"]),
    (SIDES, "Ruritania and Sylvania keep an alliance, but rivalry remains.", ["deny"]),
    (SIDES, "The alliance grew and the bloc may form.", ["hedge"]),
    (ONE, "Queen Flavia praised the alliance.", ["affirm"]),
    (ONE, "Ruritanian officials praised the alliance.", ["affirm"]),
    (ONE, "Ruritania answered. This is an alliance.", ["affirm"]),
    (ONE, "Ruritania answered. Snow fell on the alliance.", []),
    (BOTH, "Queen Flavia and Sylvania form an alliance.", ["affirm"]),
    (BOTH, "Both form an alliance.", ["affirm"]),
    (BOTH, "The three form an alliance.", []),
    (BOTH, "Genovia answered. It is an alliance.", []),
])
def test_needs_and_readings_are_as_the_page_says(arguments, sentence, values):
    book = yaml.safe_load(blocks("yaml")[-1].values[0])
    book["actors"]["FLAVIA"] = {"name": "Queen Flavia", "kind": "person", "group": "ruritania"}
    book["narrative"]["arguments"] = arguments
    doc = pipeline(Codebook.model_validate(book))(sentence)
    assert [span.label_ for span in doc.spans["stances"]] == values


WIRE = ("Ruritania and Sylvania form an alliance. The alliance of insurers raised prices. An alliance of farmers met. "
        "There is mistrust between Ruritania and Sylvania.")
PAPER = ("A Genovian minister denied that Ruritania and Sylvania form an alliance. The alliance of choirs sang. "
         "The rivalry of Ruritania and Genovia is old.")


def test_the_page_shows_what_check_prints(tmp_path):
    for name, text in (("codebook.yml", blocks("yaml")[-1].values[0]), ("wire.txt", WIRE), ("paper.txt", PAPER),
                       ("sources.csv", "file,source\nwire.txt,Wire\npaper.txt,Paper\n")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    study = load(tmp_path)
    printed = "\n".join(check.cue_lines(study, tables.build(study, cached=False)))
    assert f"```text\n{printed}\n```" in (ROOT / "docs/codebook.md").read_text(encoding="utf-8")


def test_the_page_of_the_codebook_has_every_key():
    found = {cells[0].split("`")[0]: " ".join(cells) for cells in rows("docs/codebook.md", "| key |")}
    for key, part in {"actors.KEY": Actor, "frames.KEY": Frame, "narrative": Narrative,
                      "narrative.arguments.KEY": Argument}.items():
        assert set(part.model_fields) <= set(re.findall(r"\w+", found[key])), key
    assert set(Codebook.model_fields) <= set(re.findall(r"\w+", " ".join(found.values())))


def test_the_table_of_parameters_is_that_of_the_notebooks():
    known = {name for path in (ROOT / "notebooks").glob("*.ipynb") for name in papermill.inspect_notebook(path)}
    named = [name for cells in rows("README.md", "| parameter |") for name in re.findall(r"\w+", cells[0])]
    assert sorted(named) == sorted(known)


def test_links_lead_to_files():
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
            assert target.startswith("http") or (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_column_has_its_line():
    study = load("seeds")
    pairs = cooccurrence.all_pairs(tables.build(study), study.codebook)
    page = (ROOT / "docs/tables.md").read_text(encoding="utf-8")
    parts = {part.split("\n")[0]: re.findall(r"^\| `(\w+)` \|", part, re.M) for part in page.split("\n## ")[1:]}
    assert parts == {**tables.COLUMNS, "pairs": list(pairs.columns), "discrepancies": discrepancies.COLUMNS}


def test_every_file_of_rules_is_named():
    folder = ROOT / "lib/parallax/rules/en"
    page = (folder / "README.md").read_text(encoding="utf-8")
    assert {path.name for path in folder.glob("*.yml")} == set(re.findall(r"^\| `(\w+\.yml)`", page, re.M))
