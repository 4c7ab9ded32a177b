"""A shop in Django: customers, what they did, and segments that its users wrote."""
