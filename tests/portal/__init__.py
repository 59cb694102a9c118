"""The customers' portal: what each page shows, what it lets do, and that it is of one customer alone."""
