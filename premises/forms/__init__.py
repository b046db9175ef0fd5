"""Input about sites, rooms and bookings."""
