"""What templates of bookings load."""
