"""Exporters that `sqlacc generate` finds: a collection and its environments."""
