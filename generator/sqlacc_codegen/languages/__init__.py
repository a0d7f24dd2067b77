"""One folder per target language, found by scanning; see `sqlacc_codegen.language`."""
