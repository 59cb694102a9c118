"""The site, and what every app may use; it owns no business table but the user."""
