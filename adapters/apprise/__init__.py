"""Further services, each by its Apprise URL, such as `ntfys://host/topic` or `tgram://token/chat`."""
