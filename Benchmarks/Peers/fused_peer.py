"""tantivy and faiss side by side, fused by the ranks that each gives: how search by words and meaning is often built.

Each is told beforehand, once, what may be seen; we find that out anew for each query.
"""

import os

import faiss
import numpy as np
import tantivy
from knowledge import DIMENSIONS
from words import HITS, WordsPeer

# Of each side as many as we look at; and the constant of reciprocal rank fusion (Cormack and others, 2009).
DEPTH, CONSTANT = 50, 60


class FusedPeer(WordsPeer):
    def fill(self, documents):
        faiss.omp_set_num_threads(1)
        rows = np.fromfile(os.path.join(self.folder, "vectors.f32"), np.float32).reshape(-1, DIMENSIONS)
        self.vectors = {tuple(query): rows[len(documents) + place:][:1] for place, query in enumerate(self.queries)}
        visible = np.fromfile(os.path.join(self.folder, "visible.u32"), np.uint32)
        self.visible = set(map(int, visible))
        self.index = faiss.IndexFlatIP(DIMENSIONS)
        self.index.add(rows[:len(documents)])
        bits = np.zeros(len(documents), bool)
        bits[visible] = True
        self.parameters = faiss.SearchParameters(
            sel=faiss.IDSelectorBitmap(np.packbits(bits, bitorder="little")))
        self.fill_words(documents)

    def fill_words(self, documents):
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("words", stored=False, tokenizer_name="whitespace", index_option="freq")
        builder.add_text_field("seen", stored=False, tokenizer_name="whitespace", index_option="basic")
        builder.add_integer_field("number", stored=True, fast=True)
        self.schema = builder.build()
        index = tantivy.Index(self.schema)
        writer = index.writer(heap_size=200_000_000, num_threads=1)
        for number, terms in enumerate(documents):
            writer.add_document(tantivy.Document(
                words=" ".join(terms), seen="yes" if number in self.visible else "no", number=number))
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        self.searcher = index.searcher()
        self.made = {tuple(query): self.query(query) for query in self.queries}

    def query(self, terms):
        words = tantivy.Query.boolean_query(
            [(tantivy.Occur.Should, tantivy.Query.term_query(self.schema, "words", term, "freq")) for term in terms])
        seen = tantivy.Query.const_score_query(tantivy.Query.term_query(self.schema, "seen", "yes", "basic"), 0.0)
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, words), (tantivy.Occur.Must, seen)])

    def best(self, query):
        scores = {}
        for rank, (_, place) in enumerate(self.searcher.search(self.made[tuple(query)], DEPTH, count=False).hits):
            number = self.searcher.doc(place)["number"][0]
            scores[number] = scores.get(number, 0) + 1 / (CONSTANT + rank + 1)
        _, near = self.index.search(self.vectors[tuple(query)], DEPTH, params=self.parameters)
        for rank, number in enumerate(map(int, near[0])):
            scores[number] = scores.get(number, 0) + 1 / (CONSTANT + rank + 1)
        found = sorted(scores, key=scores.get, reverse=True)[:HITS]
        assert all(number in self.visible for number in found)
        return found

    find = WordsPeer.search

    def describe(self):
        return f"{tantivy.__version__}, and faiss-cpu {faiss.__version__} IndexFlatIP with a bitmap, " \
               f"{DEPTH} of each, reciprocal rank fusion"


FusedPeer().serve()
