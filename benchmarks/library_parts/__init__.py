"""Parts of the benchmark of the standards library."""
