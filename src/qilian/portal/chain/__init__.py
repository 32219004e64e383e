"""The quality map: a chain from material to machine, its control points, and what laboratories can test of it today."""
