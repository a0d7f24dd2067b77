"""The contract harness: one sandbox, one oracle and five clients held to the same specs."""
