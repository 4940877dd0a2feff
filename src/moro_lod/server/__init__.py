"""The server: dereferencing, SPARQL, OAI-PMH. Its front process never runs a query."""
