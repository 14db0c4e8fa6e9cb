"""The readers, one a file: how a kind of layer becomes a risk of 0 to 100. The scorers themselves are data/scorers."""
