"""What there is: tables, chain, graph. Knows no file format, no database and no page."""
