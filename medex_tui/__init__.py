"""medex: sessions, assessments and provider letters for medical exercise professionals."""

__version__ = "0.1.0"
