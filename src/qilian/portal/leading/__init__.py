"""Chain leaders help small firms (链主带动): bonds, shared control points, and help that counts by its effect."""
