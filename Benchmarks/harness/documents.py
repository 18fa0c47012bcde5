"""Real documents: the paragraphs of Debian's documentation packages, in one order, each once."""

import gzip
import html.parser
import pathlib
import random
import re
import subprocess
import sys

PACKAGES = ["debian-handbook", "debian-reference-en", "developers-reference", "debian-policy", "postgresql-doc-15",
            "python3-doc", "git-doc", "sqlite3-doc", "apache2-doc", "linux-doc-6.1"]
# Characters of a document: a paragraph, or several that follow each other.
CHARACTERS_MIN, CHARACTERS_MAX = 200, 1200
QUERIES, QUERY_WORDS = 2_000, (2, 6)
BLOCKS = {"p", "li", "dd", "dt", "pre", "td", "th", "h1", "h2", "h3", "h4", "h5", "h6", "div", "blockquote", "tr"}
HIDDEN = {"script", "style", "nav", "head"}


class Paragraphs(html.parser.HTMLParser):
    """The texts between the borders of blocks."""

    def __init__(self):
        super().__init__()
        self.found, self.open, self.hidden = [], [], 0

    def handle_starttag(self, tag, attrs):
        self.hidden += tag in HIDDEN
        if tag in BLOCKS:
            self.end()

    def handle_endtag(self, tag):
        self.hidden -= tag in HIDDEN and self.hidden > 0
        if tag in BLOCKS:
            self.end()

    def handle_data(self, data):
        if not self.hidden:
            self.open.append(data)

    def end(self):
        text = " ".join("".join(self.open).split())
        self.open = []
        if text:
            self.found.append(text)


def paragraphs(path):
    text = (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8", errors="replace").read()
    if path.name.endswith((".txt", ".txt.gz", ".rst", ".rst.gz")):
        return [" ".join(part.split()) for part in re.split(r"\n\s*\n", text)]
    parser = Paragraphs()
    parser.feed(text)
    parser.end()
    return parser.found


def documents(count):
    """So many different documents, and the headings among them."""
    seen, texts, titles = set(), [], []
    for package in PACKAGES:
        listed = subprocess.run(["dpkg-query", "-L", package], capture_output=True, text=True, check=True).stdout
        for name in sorted(listed.splitlines()):
            path = pathlib.Path(name)
            if not name.endswith((".html", ".html.gz", ".txt", ".txt.gz", ".rst", ".rst.gz")) or not path.is_file():
                continue
            open_text = ""
            for part in paragraphs(path):
                if 12 <= len(part) <= 90:
                    titles.append(part)
                open_text = f"{open_text} {part}".strip()
                if len(open_text) >= CHARACTERS_MIN:
                    text, open_text = open_text[:CHARACTERS_MAX], ""
                    if text not in seen:
                        seen.add(text)
                        texts.append(text)
                        if len(texts) == count:
                            return texts, titles
    sys.exit(f"bench: only {len(texts):,} documents in {' '.join(PACKAGES)}")


def write(folder, count):
    """`documents.txt` and `queries.txt`, a line each; made once."""
    folder = pathlib.Path(folder)
    done = folder / f"{count}.done"
    if done.exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    texts, titles = documents(count)
    (folder / "documents.txt").write_text("\n".join(texts) + "\n")
    generator, queries = random.Random(7), []
    while len(queries) < QUERIES:
        # From a title, or from somewhere in a sentence.
        source = generator.choice(titles if len(queries) % 2 else texts)
        words = re.findall(r"[A-Za-z][A-Za-z0-9]+", source)
        wanted = generator.randint(*QUERY_WORDS)
        start = generator.randrange(max(1, len(words) - wanted))
        if len(words) >= 2 * wanted:
            queries.append(" ".join(words[start:start + 2 * wanted]))
    (folder / "queries.txt").write_text("\n".join(queries) + "\n")
    for old in folder.glob("*.done"):
        old.unlink()
    done.touch()
