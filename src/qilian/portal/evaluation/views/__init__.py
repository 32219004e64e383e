"""Pages of evaluation: contests, boards, figures, policy tools."""
