# Every target works on a fresh clone, none needs another to have run.
STUDY  ?= seeds
PYTHON ?= python3
NAME   := $(notdir $(patsubst %/,%,$(STUDY)))
BIN    := .venv/bin
READY  := .venv/.ready
RUN    := $(BIN)/python -m parallax

.DEFAULT_GOAL := help
.PHONY: help install report test slow live lab explore review figures tables check lint lock refresh bench soak

help:  ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):[^#]*## */\1|/' | awk -F'|' '{printf "make %-9s %s\n", $$1, $$2}'
	@echo "Another study: make report STUDY=path/to/folder"

install: $(READY)  ## make .venv and install everything into it

report: $(READY)  ## run the notebooks on STUDY (seeds) and write reports/STUDY/index.html
	$(RUN) report $(STUDY) --out reports/$(NAME)

test: $(READY)  ## run the tests: unit, property, report in a browser, notebooks against their outputs
	$(BIN)/python -m pytest -n 2 --dist loadscope --no-loadscope-reorder -m "not live and not slow" \
	    --nbval --nbval-current-env --nbval-sanitize-with tests/nbval.cfg tests notebooks

slow: $(READY)  ## run the tests that take long: twelve sources in each figure, each notebook under each voice
	$(BIN)/python -m pytest -n 2 -m slow tests

live: $(READY)  ## run the tests in which a browser drives JupyterLab and the page of explore
	$(BIN)/python -m pytest -m live tests

lab: $(READY)  ## open JupyterLab in the repository
	$(BIN)/jupyter lab

explore: $(READY)  ## filter, search, read and correct STUDY (seeds) on a page in the browser
	$(RUN) explore $(STUDY)

review: $(READY)  ## read STUDY (seeds) sentence by sentence, what matters most first, and correct the rules
	$(RUN) review $(STUDY)

figures: $(READY)  ## redraw figures/ from seeds/
	$(RUN) figures seeds --out figures

tables: $(READY)  ## write the tables of STUDY (seeds) to reports/STUDY/tables
	$(RUN) tables $(STUDY) --out reports/$(NAME)/tables

check: $(READY)  ## say what STUDY (seeds) holds, what is missing and what is odd
	$(RUN) check $(STUDY)

lint: $(READY)  ## check the style of the code and of the notebooks, and the types
	$(BIN)/ruff check .
	$(BIN)/python -m mypy lib/parallax

# Only pip-tools, not $(READY): a lock file that contradicts pyproject.toml could not be installed.
lock: | $(BIN)/python  ## pin every version in requirements.txt, from pyproject.toml (LOCK=--upgrade for newer ones)
	$(BIN)/python -m pip install --quiet pip-tools
	CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile --quiet --extra dev --extra formats --extra scale --strip-extras --allow-unsafe \
	    --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options \
	    --output-file requirements.txt $(LOCK) pyproject.toml
	printf '\n-e .\n' >> requirements.txt

refresh: $(READY)  ## run the committed notebooks again and save their outputs in place
	$(BIN)/jupyter nbconvert --to notebook --inplace --execute notebooks/*.ipynb \
	    --ExecutePreprocessor.kernel_name=python3 --ExecutePreprocessor.record_timing=False \
	    --ClearMetadataPreprocessor.enabled=True --ClearMetadataPreprocessor.clear_cell_metadata=False \
	    --ClearMetadataPreprocessor.preserve_nb_metadata_mask="{'kernelspec', 'title', ('language_info', 'name')}"
	$(BIN)/python tests/words.py notebooks/*.ipynb

DOCUMENTS ?= 500 5000
bench: $(READY)  ## measure words per second, the time of a report, and that of DOCUMENTS (500 5000): 20 minutes
	$(BIN)/python tests/bench.py $(STUDY) $(DOCUMENTS)

soak: $(READY)  ## kill runs at random moments, flip bits in what is kept, measure memory: an hour
	$(BIN)/python tests/soak.py $(STUDY)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit("Parallax needs Python 3.11 or newer, as in: make install PYTHON=python3.12" \
	    if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv

$(READY): requirements.txt pyproject.toml | $(BIN)/python
	@echo "Installing into .venv; this takes a few minutes the first time."
	$(BIN)/python -m pip install --quiet --requirement requirements.txt
	@touch $@
