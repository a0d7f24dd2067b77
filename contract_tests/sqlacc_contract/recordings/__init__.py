"""Recordings of the API: how they are made, scrubbed, kept, checked and played back."""
