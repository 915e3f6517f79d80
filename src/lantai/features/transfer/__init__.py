"""Transfer (移交): the list, its package, and the receipt, which alone makes a record transferred."""
