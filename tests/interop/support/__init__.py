"""What the interop tests have in common. No test is in here."""
