"""The staff's door, through Django's test client: dialogs, forms, pages."""
