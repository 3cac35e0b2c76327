"""Short forms as text: what people write in a message, read into values and written from them. No state."""
