"""The modes of `tools/torture`: each makes one kind of harm, over and over, and counts what came of it."""
