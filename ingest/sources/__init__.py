"""The public sources, one a file."""
