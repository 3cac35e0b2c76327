"""Hand-over without a network: signed offers, acceptances and cards as QR codes (casualty §14)."""
