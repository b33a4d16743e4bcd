"""What is seen: figures, reports and the app."""
