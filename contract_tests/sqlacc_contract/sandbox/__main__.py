"""`python -m sqlacc_contract.sandbox` is `sqlacc sandbox`."""

from .command import sandbox

sandbox(prog_name="sqlacc sandbox")
