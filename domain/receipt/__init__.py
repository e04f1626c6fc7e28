"""Understanding a receipt: from lines of text with a place to a proposal for an expense."""
