# Review Gate. `make` lists what there is.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
AUDIT := $(VENV)/audit
TORCH := $(VENV)/torch
OCR := $(VENV)/ocr

.DEFAULT_GOAL := help
.PHONY: help demo run test test-detoxify test-ocr faults check format weak-spots audit bench docs clean

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-13s %s\n", $$1, $$2}'

$(VENV)/.installed: requirements.txt constraints.txt pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -r requirements.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps -e .
	@$(BIN)/pip uninstall --quiet --yes hf-xet setuptools  # 22 MB to fetch models and to build with: nobody does
	@rm -f $(VENV)/lib/python*/site-packages/eldc/*.[ch]  # 50 MB of C source beside the compiled module: nobody reads it
	@touch $@

$(VENV)/.installed-test: requirements-test.txt requirements-connectors.txt requirements-parquet.txt $(VENV)/.installed
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -r requirements-test.txt
	@touch $@

demo: $(VENV)/.installed  ## start everything on 127.0.0.1:8080, hand in example drafts, leave it running
	$(BIN)/review-gate demo

run: $(VENV)/.installed  ## start the service
	$(BIN)/review-gate serve

test: $(VENV)/.installed-test  ## run the tests, a file on each core (four at most)
	env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 \
		--dist loadfile --no-loadscope-reorder  # compiled once, not by each of the many processes

test-detoxify: $(VENV)/.installed-test  ## test what needs torch (Detoxify, training), in an environment of its own with torch
	test -x $(TORCH)/bin/python || $(PYTHON) -m venv $(TORCH)
	echo $(abspath $(VENV))/lib/python*/site-packages > $$(echo $(TORCH)/lib/python*/site-packages)/review_gate.pth
	$(TORCH)/bin/pip install --quiet --disable-pip-version-check torch==2.13.0  # first: else pip adds CUDA
	$(TORCH)/bin/pip install --quiet --disable-pip-version-check -r requirements-detoxify.txt
	$(TORCH)/bin/python -m pytest -m detoxify tests/scorers

faults: $(VENV)/.installed-test  ## kill, cut off and fill up everything in 200 rounds (an hour; needs a C compiler)
	nice -n 10 $(BIN)/python -m tests.processes.campaign --rounds 200 $(ARGUMENTS)

test-ocr: $(VENV)/.installed-test  ## test reading text in pictures, in an environment of its own with RapidOCR
	test -x $(OCR)/bin/python || $(PYTHON) -m venv $(OCR)
	echo $(abspath $(VENV))/lib/python*/site-packages > $$(echo $(OCR)/lib/python*/site-packages)/review_gate.pth
	$(OCR)/bin/pip install --quiet --disable-pip-version-check -r requirements-ocr.txt
	$(OCR)/bin/python -m pytest -m ocr tests/media/test_reader.py

check: $(VENV)/.installed-test weak-spots  ## ruff, mypy, import layers, rule packs, weak spots in the code
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/review-gate rules check

format: $(VENV)/.installed-test  ## format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

$(AUDIT)/.installed: requirements-audit.txt
	@test -x $(AUDIT)/bin/python || $(PYTHON) -m venv $(AUDIT)
	$(AUDIT)/bin/pip install --quiet --disable-pip-version-check -r requirements-audit.txt
	@touch $@

weak-spots: $(AUDIT)/.installed  # nine seconds of processor time
	$(AUDIT)/bin/bandit --quiet --recursive review_gate --severity-level medium --skip B608

audit: $(VENV)/.installed weak-spots  ## look for weak spots in the code and in what it is built on
	$(AUDIT)/bin/pip-audit --strict --disable-pip --no-deps -r requirements.txt -r constraints.txt || { echo >&2; \
		echo "NOT an all-clear: pip-audit named a weakness above, or could not reach its advisory service." >&2; \
		echo "In the second case no dependency was looked up: run 'make audit' again where the network allows it." >&2; \
		exit 1; }

bench: $(VENV)/.installed-test  ## measure speed and memory (minutes)
	for script in $(filter-out bench/peers.py,$(wildcard bench/*.py)); do $(BIN)/python $$script || exit 1; done

docs: $(VENV)/.installed-docs  ## build the site into build/site, and check every link
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet

$(VENV)/.installed-docs: requirements-docs.txt $(VENV)/.installed
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-docs.txt
	@touch $@

clean:  ## remove what was built
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
