"""One module per command of `sqlacc`: it parses, calls one function, prints."""
