"""What a sweep looks like: one figure a file, and the page that shows them all."""
