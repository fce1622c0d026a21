"""What the practice can do, each once: used by the app and by the command line."""
