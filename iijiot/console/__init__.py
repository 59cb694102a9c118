"""The frame of the staff console: what the admin pages of every app share."""
