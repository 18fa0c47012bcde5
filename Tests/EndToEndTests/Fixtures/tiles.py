"""Reads a folder of tiles by the words of c2sp.org/tlog-tiles and RFC 6962, and says what it comes to.

usage: tiles.py FOLDER
"""
import base64
import hashlib
import pathlib
import sys


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def mth(hashes):
    if len(hashes) == 1:
        return hashes[0]
    k = 1 << (len(hashes) - 1).bit_length() - 1
    return sha(b"\x01", mth(hashes[:k]), mth(hashes[k:]))


def tile(kind, n, width):
    groups = []
    while True:
        groups.insert(0, "%03d" % (n % 1000))
        n //= 1000
        if n == 0:
            break
    path = "/".join(["x" + group for group in groups[:-1]] + groups[-1:])
    return (folder / "tile" / kind / (path + ("" if width == 256 else ".p/%d" % width))).read_bytes()


def level(number):
    count = size // 256**number
    hashes = []
    for first in range(0, count, 256):
        width = min(256, count - first)
        data = tile(str(number), first // 256, width)
        assert len(data) == 32 * width
        hashes += [data[i:i + 32] for i in range(0, len(data), 32)]
    return hashes


folder = pathlib.Path(sys.argv[1])
origin, size, root = (folder / "checkpoint").read_text().split("\n")[:3]
size = int(size)
leaves = level(0)
assert mth(leaves) == base64.b64decode(root), "the tiles are not those of the checkpoint"
for index, node in enumerate(level(1)):
    assert mth(leaves[256 * index:256 * index + 256]) == node
print(size)
print(base64.b64decode(root).hex())
for first in range(0, size, 256):
    width = min(256, size - first)
    data = tile("entries", first // 256, width)
    for index in range(first, first + width):
        length = int.from_bytes(data[:2], "big")
        assert sha(b"\x00", data[2:2 + length]) == leaves[index]
        data = data[2 + length:]
    assert not data
print("entries agree")
