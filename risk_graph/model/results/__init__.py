"""The tables a run writes, one a file."""
