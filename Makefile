# One command per chore.  `make VENV=/some/folder ...` uses another environment.
VENV ?= .venv
PYTHON ?= python3
BIN := $(VENV)/bin
STYLED := examples/heart.shape examples/m.shape examples/puzzle.shape
QUICK := $(addprefix tests/, base painting language/test_language.py language/test_grammar.py fields claims/test_claims.py \
	engine/test_elementary.py engine/test_machine.py drawing/test_styles.py drawing/test_curves.py \
	formats golden/test_examples.py notations/reading/test_plain.py notations/writing/test_notations.py explain/test_texts.py \
	lessons/test_document.py lessons/test_fences.py lessons/test_formulas.py commands/test_bad_input.py \
	commands/test_use.py commands/test_import.py \
	laws/test_algebra.py::test_levels_are_those_of_fifty_digits gallery/test_gallery.py::test_every_figure_is_drawn \
	notations/targets/test_exports.py::test_the_command_writes_and_verifies)

.PHONY: picture test quick mutate lint format types docs gallery bench wheel clean

picture: $(VENV)/shapecli  ## the puzzle piece, as puzzle.png
	$(BIN)/shapecli render examples/puzzle.shape

test: $(VENV)/dev  ## every test, and which were the slowest; -n 0 after pytest runs them in one process
	$(BIN)/python -m pytest --durations=10

quick: $(VENV)/dev  ## in seconds, whether the way from text to picture works: some tests of every room
	$(BIN)/python -m pytest -q $(QUICK)

mutate: $(VENV)/dev  ## whether tests notice small changes: ROOM=drawing [COUNT=15] [SEED=7]
	$(BIN)/python -m tests.mutate $(ROOM) $(if $(COUNT),--count $(COUNT)) $(if $(SEED),--seed $(SEED))

lint: $(VENV)/dev  ## style and likely mistakes
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(VENV)/dev  ## rewrite in the project's style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(VENV)/dev  ## strict type checks
	$(BIN)/mypy

docs: $(VENV)/dev  ## docs/language.md and docs/coverage.md, from the grammar, the table, the library and the lessons
	$(BIN)/python docs/make_language.py
	$(BIN)/python docs/make_coverage.py

gallery: $(VENV)/dev  ## gallery/, every example, and the pictures of the documents
	$(BIN)/shapecli gallery examples -o gallery --size 600 --title Gallery --pages --redraw
	$(BIN)/shapecli gallery $(STYLED) -o build/styles --size 256 -n 50 --vary style=fill,soft,field,outline,owners \
		--columns 5 --contact-sheet docs/pictures/styles.png -q
	$(BIN)/shapecli animate examples/circle-to-square.shape --sweep p=2..60/geometric --size 240 -o docs/pictures/square.gif
	$(BIN)/shapecli morph examples/heart.shape examples/star.shape --size 240 -o docs/pictures/morph.gif
	$(BIN)/shapecli render examples/softplus.shape --axes --size 640 -o docs/pictures/softplus.png
	$(BIN)/python docs/make_pictures.py
	mkdir -p docs/explained
	$(BIN)/shapecli explain examples/puzzle.shape --at 0.9,0.2 -o docs/explained/puzzle.md

bench: $(VENV)/bench  ## times, as ratios against NumPy, numexpr, JAX and matplotlib
	$(BIN)/python -m benchmarks.table

wheel: $(VENV)/dev  ## dist/*.whl
	$(BIN)/python -m pip wheel --no-deps --wheel-dir dist .

clean:
	rm -rf $(VENV) dist build

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/shapecli: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/dev: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	touch $@ $(VENV)/shapecli

$(VENV)/bench: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable '.[bench]'
	touch $@ $(VENV)/shapecli
