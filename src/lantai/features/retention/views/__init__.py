"""The page of a body's retention schedule."""
