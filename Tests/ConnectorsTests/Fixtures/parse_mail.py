"""Reads a mail with Python's own parser and prints what it finds as JSON."""
import email
import email.policy
import json
import sys

raw = sys.stdin.buffer.read()
message = email.message_from_bytes(raw, policy=email.policy.default)
parts = list(message.iter_parts())
print(json.dumps({
    "headers": [[name, str(value)] for name, value in message.items()],
    "addresses": {
        name: [[address.display_name, address.addr_spec] for address in message[name].addresses]
        for name in ("From", "To", "Reply-To") if message[name]
    },
    "date": message["Date"].datetime.isoformat(),
    "type": message.get_content_type(),
    "parts": [[part.get_content_type(), part.get_content_charset(), part.get_content()] for part in parts],
    "defects": [str(d) for d in message.defects] + [str(d) for part in parts for d in part.defects]
        + [str(d) for name in message.keys() for d in message[name].defects],
}))
