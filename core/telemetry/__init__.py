"""What is told about a process while it works: log lines, metrics and traces."""
