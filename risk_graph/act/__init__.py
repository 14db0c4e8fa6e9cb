"""What to do with the answers: words for people, tables for machines."""
