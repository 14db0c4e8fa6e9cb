"""Names against lists of entities: normalise, block, compare, judge. Knows layers and names, nothing of files."""
