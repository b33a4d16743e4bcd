"""What is shown: figures, reports and the app."""
