"""Lines of the log -> reports: a terminal table, JUnit XML, an HTML matrix."""
