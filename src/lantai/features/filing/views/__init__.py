"""The pages of filing: batches, one batch, its register, the catalogue."""
