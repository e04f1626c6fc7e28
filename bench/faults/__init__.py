"""What fails while people work: processes killed, services restarted or stopped; and what is counted then."""
