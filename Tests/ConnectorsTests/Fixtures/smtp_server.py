"""A real SMTP server on loopback. Prints its port; writes each message to a folder as JSON."""
import asyncio
import json
import logging
import os
import ssl
import sys
import threading
import warnings

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

folder, mode = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "plain"

# Clients that give up are a part of the tests, and so is a password on loopback without TLS.
logging.disable(logging.CRITICAL)
warnings.simplefilter("ignore")


class Handler:
    count = 0

    async def handle_DATA(self, server, session, envelope):
        Handler.count += 1
        with open(os.path.join(folder, f"{Handler.count}.json"), "w") as file:
            json.dump({
                "from": envelope.mail_from, "to": envelope.rcpt_tos,
                "content": envelope.original_content.decode("ascii"), "authenticated": session.authenticated,
            }, file)
        return f"250 2.0.0 taken as {Handler.count}"


def authenticate(server, session, envelope, mechanism, data):
    good = isinstance(data, LoginPassword) and data.login == b"owner" and data.password == b"open sesame"
    return AuthResult(success=good, handled=good)


options = {}
address = "127.0.0.2" if mode == "auth-elsewhere" else "127.0.0.1"
if mode.startswith("auth"):
    options = {"authenticator": authenticate, "auth_required": True, "auth_require_tls": False}
if mode == "tls":
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(os.path.join(sys.argv[3], "cert.pem"), os.path.join(sys.argv[3], "key.pem"))
    options = {"tls_context": context}


def leave_with_parent():
    """The other end of our input closes when the test runner ends, however it ends."""
    sys.stdin.read()
    os._exit(0)


threading.Thread(target=leave_with_parent, daemon=True).start()


async def serve():
    loop = asyncio.get_running_loop()
    handler = Handler()
    server = await loop.create_server(lambda: SMTP(handler, **options), address, 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(serve())
