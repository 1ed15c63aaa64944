# Two commands do everything on a fresh machine with python3.11, pip and make: `make demo` and `make test`.
PYTHON ?= python3.11
BIN := .venv/bin

.PHONY: demo test check bench bench-smoke bench-peers lock clean

.venv/run.stamp: requirements.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	touch $@

.venv/dev.stamp: requirements-dev.txt .venv/run.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	touch $@

demo: .venv/run.stamp
	$(BIN)/lantian demo --out out/demo

test: .venv/dev.stamp
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

check: .venv/dev.stamp
	$(BIN)/ruff check . && $(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/dev.stamp
	$(BIN)/python -m pytest tests/benches -m bench

# Every bench at a small size, in a few minutes; the tables go to out/, the committed ones stay.
bench-smoke: .venv/dev.stamp
	LANTIAN_BENCH_RESULTS=$(CURDIR)/out/benches LANTIAN_BENCH_UNITS=500,2000 LANTIAN_BENCH_PLAN_UNITS=500 LANTIAN_BENCH_WARM_UNITS=500,2000 \
	LANTIAN_BENCH_GRADED=20000 LANTIAN_BENCH_ROUNDS=1 LANTIAN_BENCH_HOURS=1_000_000 LANTIAN_BENCH_REPORTED=2000 LANTIAN_BENCH_PAPERS_COPIES=1 \
	LANTIAN_BENCH_WHATIF_COPIES=1 LANTIAN_BENCH_WHATIF_SCENARIOS=3 \
	$(BIN)/python -m pytest tests/benches -m bench --durations=0

.venv-peers/stamp: tests/benches/requirements-peers.txt
	test -x .venv-peers/bin/python || $(PYTHON) -m venv .venv-peers
	.venv-peers/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	touch $@

bench-peers: .venv/dev.stamp .venv-peers/stamp
	LANTIAN_BENCH_PEERS=$(CURDIR)/.venv-peers/bin/python $(BIN)/python -m pytest tests/benches -m bench -k every_size

lock:
	uv pip compile --quiet --generate-hashes --no-emit-index-url --no-annotate --python-version 3.11 --universal pyproject.toml -o requirements.txt
	uv pip compile --quiet --generate-hashes --no-emit-index-url --no-annotate --python-version 3.11 --universal pyproject.toml --group dev -o requirements-dev.txt

clean:
	rm -rf .venv out dist build
