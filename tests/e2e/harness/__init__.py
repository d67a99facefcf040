"""What the end-to-end tests share: the daemon under test, an IRC client, certificates, terminals."""
