"""What happens when two do something at once: real threads with connections of their own."""
