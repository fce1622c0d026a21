"""Commands about records, a module each."""
