"""What receipts say in each language: shops, goods and the words of the till."""
