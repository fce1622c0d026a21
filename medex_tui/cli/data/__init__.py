"""Commands about data, a module each."""
