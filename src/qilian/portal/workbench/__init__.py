"""A firm's products and their plans."""
