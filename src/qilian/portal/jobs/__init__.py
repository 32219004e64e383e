"""Long work in the background, with its progress, cancelling, and a result that is kept."""
