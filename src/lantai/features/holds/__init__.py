"""Holds (暂停处置、冻结): nothing held is appraised, destroyed or handed over; intake, description and use go on."""
