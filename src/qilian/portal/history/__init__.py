"""What happened: an append-only, hash-chained record, and the one table by which anything changes its state."""
