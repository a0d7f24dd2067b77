"""Exporters: each module turns an `Api` into Files in a format of the outside world."""
