"""What people see: a real browser on the running console."""
