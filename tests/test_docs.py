"""What README and docs show is true: codebooks load, code runs, commands exist, every column has its line."""

import re
from pathlib import Path

import pytest

from parallax import cooccurrence, tables
from parallax.cli import main
from parallax.codebook import read_codebook
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
def test_code_runs(text):
    exec(compile(text, "snippet", "exec"), {})


def test_commands_exist(capsys):
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.M))
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    assert set(re.findall(r"`?make ([a-z]+)", text)) - {"sure"} <= targets
    commands = set(re.findall(r"python -m parallax ([a-z]+)", text))
    assert commands
    for command in commands:
        with pytest.raises(SystemExit) as stop:
            main([command, "--help"])
        assert stop.value.code == 0


def test_links_lead_to_files():
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
            assert target.startswith("http") or (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_column_has_its_line():
    study = load("seeds")
    pairs = cooccurrence.all_pairs(tables.build(study), study.codebook)
    page = (ROOT / "docs/tables.md").read_text(encoding="utf-8")
    parts = {part.split("\n")[0]: re.findall(r"^\| `(\w+)` \|", part, re.M) for part in page.split("\n## ")[1:]}
    assert parts == {**tables.COLUMNS, "pairs": list(pairs.columns)}


def test_every_file_of_rules_is_named():
    folder = ROOT / "lib/parallax/rules/en"
    page = (folder / "README.md").read_text(encoding="utf-8")
    assert {path.name for path in folder.glob("*.yml")} == set(re.findall(r"^\| `(\w+\.yml)`", page, re.M))
