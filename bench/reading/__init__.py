"""Reading receipts, measured: cases with their truth, a reader of its own, verdicts and goals."""
