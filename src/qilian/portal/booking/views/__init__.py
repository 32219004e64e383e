"""Pages of booked paths: the firm's, the laboratory's, samples, calendars."""
