#!/bin/sh
# The toolchain of the Python client is part of the project's own environment. usage: install.sh TOOLS
set -eu
: "${1:?usage: install.sh TOOLS}"
for tool in ruff mypy pyright python; do
  command -v "$tool" >/dev/null 2>&1 || {
    echo "python: $tool is missing; run \`./dev setup\`, or put .venv/bin on the PATH" >&2
    exit 1
  }
done
echo "python: $(python --version 2>&1), $(ruff --version), $(mypy --version | cut -d' ' -f1-2), pyright"
