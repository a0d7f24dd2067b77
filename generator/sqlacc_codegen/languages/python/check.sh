#!/bin/sh
# Checks the generated Python client with Python's own tools.
# usage: check.sh TOOLS GENERATED [sources]; `sources` compiles and type-checks what is right for any spec: not the layout,
# nor the tests, examples and README, which name objects of the project's own. Exit code 2: a tool is missing.
# Works on a copy in a temporary folder; one line per tool, non-zero on any finding.
set -eu
: "${1:?usage: check.sh TOOLS GENERATED [sources]}"
generated=$(cd "${2:?usage: check.sh TOOLS GENERATED [sources]}" && pwd)
part=${3:-all}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
cp -R "$generated" "$work/client"
cd "$work/client"
failures=0

check() { # NAME COMMAND...: runs it; shows what it printed when it fails
  name=$1
  shift
  if ("$@") >"$work/log" 2>&1; then
    printf 'python: %-44s ok\n' "$name"
  else
    failures=$((failures + 1))
    printf 'python: %-44s FAILED\n' "$name"
    head -n 100 "$work/log" | sed 's/^/    /'
  fi
}

consumer() { # a program that uses the package, seen through its py.typed
  mkdir "$work/consumer"
  cat >"$work/consumer/program.py" <<'PY'
from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlacc_client import Client, StaleRecordError
from sqlacc_client.models import Agent


def rename(client: Client, code: str, name: str) -> str | None:
    agent: Agent = client.agents.get(code)
    agent.description = name
    try:
        return client.agents.update(agent).description
    except StaleRecordError as error:
        return error.message


def total(client: Client, since: date) -> Decimal:
    found = client.sales_invoices.iterate(where={"docdate": since})
    return sum((invoice.docamt for invoice in found if invoice.docamt is not None), Decimal(0))
PY
  cd "$work/consumer"
  MYPYPATH="$work/client" mypy --strict --cache-dir "$work/mypy-consumer" program.py
}

loads() { # every module imports with warnings as errors, from sources alone
  PYTHONPATH="$work/client" python -B -W error -c '
import importlib, pkgutil, sqlacc_client
for module in pkgutil.walk_packages(sqlacc_client.__path__, "sqlacc_client."):
    importlib.import_module(module.name)
'
}

[ "$part" != all ] || check "ruff format" ruff format --check --no-cache .
check "ruff check" ruff check --no-cache .
check "mypy --strict" mypy --config-file pyproject.toml --cache-dir "$work/mypy"
if [ "$part" = all ]; then
  check "mypy --strict, examples" env MYPYPATH="$work/client" mypy --strict --cache-dir "$work/mypy" examples
  check "mypy --strict, a program that uses it" consumer
  check "pyright" pyright --pythonpath "$(command -v python)" -p .
fi
check "imports, warnings as errors" loads
if [ "$failures" = 0 ]; then echo "python: all checks passed"; else
  echo "python: $failures check(s) failed"
  exit 1
fi
