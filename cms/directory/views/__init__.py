"""Screens of the door, of one's own account, and of the HR desk."""
