"""The tests of Lantai, mirrored from the source."""
