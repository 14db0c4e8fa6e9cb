"""The tables a user fills, one a file."""
