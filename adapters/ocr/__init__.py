"""Text on images, read by PaddleOCR."""
