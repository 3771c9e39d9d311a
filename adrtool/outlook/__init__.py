"""What an upgrade past the pins would cost, tried before anybody does it."""
