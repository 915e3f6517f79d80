"""Holds (暂停处置、冻结): nothing held is appraised, destroyed or handed over; use goes on."""
