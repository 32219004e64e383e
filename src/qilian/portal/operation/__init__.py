"""Running the portal: health, figures, overview for the operator."""
