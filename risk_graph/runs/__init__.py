"""Questions about runs: the same again (rerun), what changed (compare), what if (whatif). Nothing here changes a run."""
