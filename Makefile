# Two commands do everything on a machine with Python 3.11, git and make: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# One more than there are cores: many tests wait, for Prometheus to look again or for a device to give up.
JOBS ?= $(shell expr $$(nproc 2>/dev/null || echo 2) + 1)
DEBIAN := nftables iproute2 snmp snmpd openssh-client telnet prometheus-snmp-exporter prometheus \
	prometheus-alertmanager prometheus-blackbox-exporter prometheus-smokeping-prober chromium fonts-wqy-microhei \
	nut-snmp nut-server

# Some containers ask Python to keep no bytecode: hundreds of processes would each compile all of the sources again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test coverage check bench format clean

demo: $(VENV)/ready
	$(BIN)/govnet demo laixi

# A file is a worker's: its tests share one lab. (xdist 3.8 does not see groups under pytest 9.2.) The order of files is
# that of tests/conftest.py, longest first.
test: $(VENV)/ready system
	$(BIN)/pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder

# The same with every line counted, which takes twice the time: fewer examples a law, and its floor is in pyproject.toml.
coverage: $(VENV)/ready system
	GOVNET_EXAMPLES=$${GOVNET_EXAMPLES:-20} $(BIN)/pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder --cov --cov-report=term

check: $(VENV)/ready $(VENV)/playbooks-linted
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# It takes half a minute: only when a playbook was touched since.
$(VENV)/playbooks-linted: $(VENV)/ready playbooks/.ansible-lint $(wildcard playbooks/*.yml) $(wildcard playbooks/plugins/*/*.py)
	cd playbooks && PATH="$(abspath $(BIN)):$$PATH" $(abspath $(BIN))/ansible-lint -q --offline
	touch $@

bench: $(VENV)/ready
	$(BIN)/python -m benchmarks

format: $(VENV)/ready
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

$(VENV)/ready: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	touch $@

# What the tests judge us with. Without root, or elsewhere than on Debian, those tests skip by name.
.PHONY: system
system:
	@missing=; for package in $(DEBIAN); do dpkg -s $$package >/dev/null 2>&1 || missing="$$missing $$package"; done; \
	if [ -n "$$missing" ] && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "installing$$missing"; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	elif [ -n "$$missing" ]; then echo "not installed, their tests will skip:$$missing"; fi

clean:
	rm -rf build dist .coverage .hypothesis .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
