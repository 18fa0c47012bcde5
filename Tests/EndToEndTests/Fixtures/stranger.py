"""Checks what Daybook proves as a stranger would: with SHA-256, Ed25519 and the words of the documentation alone.

usage: stranger.py KEY proof FILE
       stranger.py KEY grown FILE OLD-CHECKPOINT
       stranger.py KEY bundle FILE

KEY is name+id+key. Ed25519 is openssl's. It prints what was proved, and fails if anything does not hold.
"""
import base64
import hashlib
import pathlib
import struct
import subprocess
import sys
import tempfile


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def node(left, right):
    return sha(b"\x01", left, right)


def checkpoint(note, key):
    """The size and the root of a checkpoint that this key has signed (c2sp.org/signed-note, tlog-checkpoint)."""
    name, key_id, encoded = key.split("+", 2)
    public = base64.b64decode(encoded)[1:]
    assert sha(name.encode() + b"\n\x01" + public)[:4].hex() == key_id
    text, signatures = note.rsplit(b"\n\n", 1)
    text += b"\n"
    for line in signatures.splitlines():
        dash, signer, signature = line.decode().split(" ")
        signature = base64.b64decode(signature)
        if dash == "\u2014" and signer == name and signature[:4].hex() == key_id:
            break
    else:
        raise AssertionError("not signed with this key")
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        # RFC 8410: an Ed25519 key is these twelve bytes and the key.
        (folder / "key").write_bytes(bytes.fromhex("302a300506032b6570032100") + public)
        (folder / "text").write_bytes(text)
        (folder / "signature").write_bytes(signature[4:])
        subprocess.run(
            ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", folder / "key", "-rawin", "-in",
             folder / "text", "-sigfile", folder / "signature"], check=True, stdout=subprocess.DEVNULL)
    origin, size, root = text.decode().split("\n")[:3]
    assert origin == name
    return int(size), base64.b64decode(root)


def proof(data, key):
    """RFC 9162, section 2.1.3.2."""
    head, note = data.split(b"\n\n", 1)
    lines = head.decode().split("\n")
    size, root = checkpoint(note, key)
    assert lines[0] == "c2sp.org/tlog-proof@v1"
    entry = base64.b64decode(lines[1].removeprefix("extra "))
    index = int(lines[2].removeprefix("index "))
    fn, sn, r = index, size - 1, sha(b"\x00", entry)
    for line in lines[3:]:
        p = base64.b64decode(line)
        assert sn > 0
        if fn & 1 or fn == sn:
            r = node(p, r)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = node(r, p)
        fn, sn = fn >> 1, sn >> 1
    assert sn == 0 and r == root
    position, = struct.unpack_from("<Q", entry)
    assert position == index + 1
    return f"@{position} is in the log of {size}"


def grown(data, key, old):
    """RFC 9162, section 2.1.4.2."""
    head, note = data.split(b"\n\n", 1)
    lines = head.decode().split("\n")
    size, root = checkpoint(note, key)
    old_size, old_root = checkpoint(old, key)
    assert lines[0] == f"old {old_size}" and 0 < old_size < size
    path = [base64.b64decode(line) for line in lines[1:]]
    if old_size & (old_size - 1) == 0:
        path.insert(0, old_root)
    fn, sn = old_size - 1, size - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for c in path[1:]:
        assert sn > 0
        if fn & 1 or fn == sn:
            fr, sr = node(c, fr), node(c, sr)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node(sr, c)
        fn, sn = fn >> 1, sn >> 1
    assert (fr, sr, sn) == (old_root, root, 0)
    return f"{size} grew out of {old_size}"


def bundle(data, key):
    """As FileFormat.md draws it."""
    magic = b"daybook bundle 1\n"
    assert data.startswith(magic)
    place = len(magic)

    def take(count):
        nonlocal place
        place += count
        assert place <= len(data)
        return data[place - count:place]

    def number():
        return int.from_bytes(take(4), "little")

    size, root = checkpoint(take(number()), key)
    leaves, last = {}, 0
    for version in range(1, number() + 1):
        record = take(number())
        position, stream, previous = struct.unpack_from("<QQQ", record)
        assert struct.unpack_from("<I", record, 48)[0] == version and previous == last < position
        if version == 1:
            first, name = position, record[64:64 + record[62]].decode()
        assert stream == first
        body = 64 + record[62] + record[63]
        assert len(record) == body + struct.unpack_from("<I", record, 52)[0]
        leaves[position - 1] = sha(b"\x00", record[:body], sha(record[body:]))
        last = position
    hashes = iter([take(32) for _ in range(number())])

    def mth(start, end):
        if not any(start <= leaf < end for leaf in leaves):
            return next(hashes)
        if end - start == 1:
            return leaves[start]
        middle = start + (1 << (end - start - 1).bit_length() - 1)
        left = mth(start, middle)
        return node(left, mth(middle, end))

    assert mth(0, size) == root and next(hashes, None) is None
    contents = number()
    for _ in range(contents):
        digest = take(32)
        assert sha(take(number())) == digest
    assert place == len(data)
    return f"{name}: {len(leaves)} events up to @{last}, {contents} contents"


key, kind, *files = sys.argv[1:]
files = [pathlib.Path(name).read_bytes() for name in files]
print({"proof": proof, "grown": grown, "bundle": bundle}[kind](files[0], key, *files[1:]))
