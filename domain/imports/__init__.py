"""What files of other programs, and our own, say about who spent and paid what. Pure."""
