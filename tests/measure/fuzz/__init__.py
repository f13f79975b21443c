"""Change report texts at random: each is loaded right or refused by name."""
