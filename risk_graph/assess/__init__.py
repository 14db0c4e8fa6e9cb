"""What it means: rules (true, false or unknown) and scores (how much), kept apart."""
