"""What somebody is told, in the portal and by mail, and what they follow."""
