"""Other programs on the same problems, for the benchmarks that compare with them."""
