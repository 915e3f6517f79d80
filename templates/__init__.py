"""Page templates, one folder per room; referred to as `lantai.templates:<room>/x.pt`."""
