"""Commands about obligations, a module each."""
