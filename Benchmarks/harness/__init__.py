"""The harness of tools/bench: starts participants, takes their shares in turns, and writes the report."""
