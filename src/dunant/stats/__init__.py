"""Numbers on arrays: intervals, aberration, nowcasts, queues. Knows no word of medicine."""
