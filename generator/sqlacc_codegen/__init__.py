"""Specs of the SQL Account REST API, turned into clients, documentation and interchange files."""
