"""From other people's files to our tables, or to issues. Knows the model and nothing else of the project."""
