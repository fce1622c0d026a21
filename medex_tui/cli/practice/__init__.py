"""Commands about practice, a module each."""
