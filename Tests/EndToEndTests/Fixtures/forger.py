"""Signs the events of a bundle anew, as a log of their own with a key of its own, at another time.

usage: forger.py BUNDLE FORGED TIME

TIME is in microseconds, or `same`. It prints the key that the forged bundle verifies with.
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


def mth(leaves):
    if len(leaves) == 1:
        return leaves[0]
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return sha(b"\x01", mth(leaves[:k]), mth(leaves[k:]))


source, target, time = sys.argv[1:]
data = pathlib.Path(source).read_bytes()
magic = b"daybook bundle 1\n"
place = len(magic)


def take(count):
    global place
    place += count
    return data[place - count:place]


def number():
    return int.from_bytes(take(4), "little")


def counted(content):
    return struct.pack("<I", len(content)) + content


take(number())
records, leaves = [], []
for position in range(1, number() + 1):
    record = bytearray(take(number()))
    struct.pack_into("<QQQQQ", record, 0, position, 1, position - 1, 1, 0)
    if time != "same":
        struct.pack_into("<q", record, 40, int(time))
    body = 64 + record[62] + record[63]
    records.append(bytes(record))
    leaves.append(sha(b"\x00", record[:body], sha(record[body:])))
take(32 * number())
contents = data[place:]

name = "daybook.local/forged"
text = f"{name}\n{len(records)}\n{base64.b64encode(mth(leaves)).decode()}\n".encode()
with tempfile.TemporaryDirectory() as folder:
    folder = pathlib.Path(folder)
    openssl = lambda *words: subprocess.run(["openssl", *words], check=True, capture_output=True).stdout
    openssl("genpkey", "-algorithm", "ed25519", "-out", folder / "key")
    public = openssl("pkey", "-in", folder / "key", "-pubout", "-outform", "DER")[12:]
    (folder / "text").write_bytes(text)
    signature = openssl("pkeyutl", "-sign", "-inkey", folder / "key", "-rawin", "-in", folder / "text")
key_id = sha(name.encode() + b"\n\x01" + public)[:4]
note = text + f"\n\u2014 {name} {base64.b64encode(key_id + signature).decode()}\n".encode()
forged = [magic, counted(note), struct.pack("<I", len(records)), *map(counted, records), struct.pack("<I", 0), contents]
pathlib.Path(target).write_bytes(b"".join(forged))
print("+".join([name, key_id.hex(), base64.b64encode(b"\x01" + public).decode()]))
