"""What the company does from the command line."""
