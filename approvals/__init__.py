"""起案・回議・決裁: what a decision means, on top of processes and records."""
