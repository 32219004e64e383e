"""Pages of evaluation: contests, figures."""
