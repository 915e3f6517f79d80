# `make run`, `make test`: set up what is missing, then run or test. Needs Python 3.11+, its venv module and make.

PYTHON ?= python3
VENV := .venv
DECLARED := buildout.cfg setup.cfg pyproject.toml src/lantai/__init__.py

pin = $(1)==$(shell sed -n 's/^$(1) = //p' buildout.cfg)
TOOLS := $(foreach name,zc.buildout setuptools pip wheel,$(call pin,$(name)))

# A checkout that was moved or copied is set up anew: the programs in it name where they were.
STAYED := $(shell [ "$$(cat $(VENV)/where 2>/dev/null)" = "$$(pwd)" ] && echo yes)

# Wheels only: the one pure Python package without a wheel is built with the pinned tools at hand (never
# with others fetched for it), and nothing here calls a compiler.
PIP := $(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --only-binary=:all:
BUILDOUT := PIP_NO_BUILD_ISOLATION=0 PIP_DISABLE_PIP_VERSION_CHECK=1 $(VENV)/bin/python -W ignore $(VENV)/bin/buildout

# The first line of a program cannot name an interpreter with a blank in its path: then the shell starts it.
define THROUGH_SHELL
@case "$$(pwd)" in *' '*) for program in bin/*; do \
    if head -n 1 "$$program" | grep -q '^#!.*/$(VENV)/bin/python$$'; then \
        { printf '#!/bin/sh\n"""exec" "%s/$(VENV)/bin/python" "$$0" "$$@"\n"""\n' "$$(pwd)"; \
          sed 1d "$$program"; } > "$$program.new" && chmod +x "$$program.new" && mv "$$program.new" "$$program"; \
    fi || exit 1; done;; esac
endef

# Child processes start the bare interpreter: it finds what the program that starts them finds. (Not while
# things are being installed: that should see only what was installed before.)
LENT = "$$($(VENV)/bin/python -c 'import site; print(site.getsitepackages()[0])')/lantai.pth"
define FOR_CHILDREN
@sed -n "s/^  '\(.*\)',\{0,1\}$$/\1/p" $(1) > $(LENT)
endef

.DELETE_ON_ERROR:
.PHONY: run test setup clean moved

# What was begun and not finished is made anew. `exec`: Ctrl-C reaches the server and nobody in between.
run: $(VENV)/run.done
	@set -e; : "$${LANTAI_DATA:=var}" "$${LANTAI_PORT:=6543}"; export LANTAI_DATA LANTAI_PORT; \
	if [ -z "$$(ls -A "$$LANTAI_DATA" 2>/dev/null)" ] || [ -e "$$LANTAI_DATA/unfinished" ]; then bin/lantai init --demo; fi; \
	exec bin/lantai serve

# make test ARGS="tests/base -x" runs a part.
test: $(VENV)/test.done
	bin/pytest $(ARGS)

setup: $(VENV)/test.done

$(VENV)/tools.done: Makefile buildout.cfg $(if $(STAYED),,moved)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	    || { echo "Lantai needs Python 3.11 or later; name one with: make PYTHON=python3.11" >&2; exit 1; }
	$(if $(STAYED),,rm -rf $(VENV) bin parts develop-eggs .installed.cfg)
	@rm -f $(VENV)/lib/python*/site-packages/lantai.pth
	$(PYTHON) -m venv $(VENV)
	$(PIP) $(TOOLS)
	@pwd > $(VENV)/where
	@touch $@

# Two parts: what serves, and beside it what tests, so that `make run` fetches half of the packages.
$(VENV)/run.done: $(VENV)/tools.done $(DECLARED)
	@rm -f $(VENV)/lib/python*/site-packages/lantai.pth
	$(BUILDOUT) install lantai
	$(THROUGH_SHELL)
	$(call FOR_CHILDREN,bin/lantai)
	@touch $@

$(VENV)/test.done: $(VENV)/run.done
	@rm -f $(VENV)/lib/python*/site-packages/lantai.pth
	$(PIP) $(call pin,ruff)
	$(BUILDOUT) install lantai test
	$(THROUGH_SHELL)
	$(call FOR_CHILDREN,bin/pytest)
	@ln -sf ../$(VENV)/bin/ruff bin/ruff
	@touch $@

# What was set up, not what was kept: the data folder stays.
clean:
	rm -rf $(VENV) bin develop-eggs eggs parts build dist .installed.cfg .pytest_cache .ruff_cache .hypothesis
	find src -name '*.egg-info' -prune -exec rm -rf {} +
