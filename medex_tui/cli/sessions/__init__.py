"""Commands about sessions, a module each."""
