"""From a plan to appointments that hold: booking, changing and carrying out a path through the laboratories."""
