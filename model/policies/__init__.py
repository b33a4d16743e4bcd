"""What a province does with its repression: one policy of the state a file."""
