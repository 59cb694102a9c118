"""What the rows of a file say: of cards, of usage, of what the host carrier has lent. Checked slice by slice, all errors told."""
