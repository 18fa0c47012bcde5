"""usearch: its exact search, which compares every vector, in single precision."""

import usearch
from knowledge import HITS, KnowledgePeer
from usearch.index import MetricKind, search


class UsearchPeer(KnowledgePeer):
    def fill(self, documents):
        self.documents = documents

    def search(self, queries, threads):
        found = search(self.documents, queries, HITS, MetricKind.IP, exact=True, threads=threads)
        return found.keys.reshape(len(queries), HITS)

    def describe(self):
        return f"usearch {usearch.__version__}, exact, inner product, f32"


UsearchPeer().serve()
