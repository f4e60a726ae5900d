"""What several test rooms share: strategies, builders, emulated networks."""
