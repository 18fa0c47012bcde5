"""bm25s: scores of all terms and documents computed before, in numpy. It is also the reference for what is found."""

import sys

import bm25s
import numpy as np
from words import HITS, WordsPeer

# Points of score that two computations may be apart: bm25s sums in single precision.
APART_MAX = 1e-4
K1, B = 1.2, 0.75


class Bm25sPeer(WordsPeer):
    def fill(self, documents):
        self.index = bm25s.BM25(method="lucene", k1=K1, b=B)
        self.index.index(documents, show_progress=False)
        self.documents = len(documents)

    def best(self, query):
        return self.index.retrieve([query], k=HITS, show_progress=False, n_threads=1)

    def reference(self, values, answer):
        """Compares what Daybook found with all scores, query by query; once."""
        if self.is_ready:
            return
        self.prepare()
        for query, tops in zip(self.queries, self.lines("tops.txt")):
            # Without the constant k1 + 1, which changes no rank.
            scores = np.asarray(self.index.get_scores(query), np.float64) * (K1 + 1)
            found = [(int(document), int(score) / 1e6) for document, score in (top.split(":") for top in tops)]
            wanted = np.sort(scores)[::-1][:HITS]
            wanted = wanted[wanted > 0]
            if len(found) != len(wanted) or any(
                    abs(score - best) > APART_MAX or abs(score - scores[document]) > APART_MAX
                    for (document, score), best in zip(found, wanted)):
                sys.exit(f"{' '.join(query)}: Daybook found {found}; the reference {wanted}")
            answer.events += 1

    def describe(self):
        return f"bm25s {bm25s.__version__}, method lucene, k1 {K1}, b {B}"


Bm25sPeer().serve()
