"""tantivy: a search library in Rust, by its Python bindings."""

import tantivy
from words import HITS, WordsPeer


class TantivyPeer(WordsPeer):
    def fill(self, documents):
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("words", stored=False, tokenizer_name="whitespace", index_option="freq")
        builder.add_integer_field("number", stored=True)
        self.schema = builder.build()
        index = tantivy.Index(self.schema)
        writer = index.writer(heap_size=200_000_000, num_threads=1)
        for number, terms in enumerate(documents):
            writer.add_document(tantivy.Document(words=" ".join(terms), number=number))
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        self.searcher = index.searcher()
        # Made before, as a program would that asks for words and not for an expression.
        self.made = {tuple(query): self.query(query) for query in self.queries}

    def query(self, terms):
        return tantivy.Query.boolean_query(
            [(tantivy.Occur.Should, tantivy.Query.term_query(self.schema, "words", term, "freq")) for term in terms])

    def best(self, query):
        return self.searcher.search(self.made[tuple(query)], HITS, count=False).hits

    def describe(self):
        return f"{tantivy.__version__}, in memory, queries made before"


TantivyPeer().serve()
