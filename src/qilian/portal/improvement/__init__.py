"""From a firm's demand to a standard: surveys, demands, problems, clinics, projects and what came of them."""
