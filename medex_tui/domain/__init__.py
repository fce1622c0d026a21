"""What is true of the practice: typed records and pure functions, without clock, disk or screen."""
