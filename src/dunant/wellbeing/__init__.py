"""Support of the mental health of uniformed personnel: self-checks, pathways, climate. A neighbour of casualty."""
