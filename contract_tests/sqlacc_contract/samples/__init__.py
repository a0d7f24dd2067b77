"""Sample code of the documentation and of the READMEs, run in its own language against the sandbox."""
