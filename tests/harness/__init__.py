"""What the tests with real clients share: a server of their own, images, and the count of what is left behind."""
