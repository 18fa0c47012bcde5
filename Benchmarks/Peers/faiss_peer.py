"""faiss: its flat index, which compares every vector, in single precision."""

import faiss
from knowledge import DIMENSIONS, HITS, KnowledgePeer


class FaissPeer(KnowledgePeer):
    def fill(self, documents):
        self.index = faiss.IndexFlatIP(DIMENSIONS)
        self.index.add(documents)

    def search(self, queries, threads):
        faiss.omp_set_num_threads(threads)
        return self.index.search(queries, HITS)[1]

    def describe(self):
        return f"faiss-cpu {faiss.__version__}, IndexFlatIP, {faiss.get_compile_options().strip()}"


FaissPeer().serve()
