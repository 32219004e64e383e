"""Parts of the benchmark of laboratory matching (``../matching.py``)."""
