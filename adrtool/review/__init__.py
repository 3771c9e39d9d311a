"""Two commits in, and what the change between them means for decisions out."""
