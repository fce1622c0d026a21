"""What letters and notes share: the letter as a value, who writes to whom about whom."""
