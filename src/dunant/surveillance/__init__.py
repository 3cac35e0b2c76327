"""Health of the force and of the people around it: reports, detection, alerts, bulletins. A neighbour of casualty."""
