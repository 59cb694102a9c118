"""The frame of the staff console: base classes, dialogs, timeline, panels and the home page."""
