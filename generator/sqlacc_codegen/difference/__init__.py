"""What changed between two specs, what it means for those who read and those who write, and for each language."""
