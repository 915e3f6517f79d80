"""The pages of cases: lists, one case, its documents."""
