"""A server that follows a script: what it does at one point of the conversation. Prints its port."""
import os
import socket
import sys
import threading
import time

mode = sys.argv[1]
listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen()
print(listener.getsockname()[1], flush=True)


def converse(connection):
    stream = connection.makefile("rwb")

    def say(line):
        stream.write(line.encode() + b"\r\n")
        stream.flush()

    if mode == "busy":
        say("421 4.3.2 come back later")
        return
    say("220 scripted")
    while True:
        line = stream.readline().decode().strip().upper()
        if not line:
            return
        if line.startswith("EHLO"):
            say("250 scripted")
        elif line.startswith("RCPT") and mode == "reject":
            say("550 5.1.1 nobody of this name")
        elif line.startswith("RCPT") and mode == "greylist":
            say("451 4.7.1 try again later")
        elif line == "DATA":
            say("354 go on")
            if mode == "close-in-data":
                stream.read(100)
                connection.shutdown(socket.SHUT_RDWR)
                return
            while stream.readline() != b".\r\n":
                pass
            if mode == "close-after-data":
                return
            if mode == "hang-after-data":
                time.sleep(60)
                return
            if mode == "reject-after-data":
                say("554 5.6.0 not this one")
            elif mode == "later-after-data":
                say("452 4.2.2 the box is full")
            else:
                say("250-2.0.0 taken")
                say("250 2.0.0 and kept")
                if mode == "close-after-reply":
                    return
        elif line == "QUIT":
            say("221 bye")
            return
        else:
            say("250 fine")


def leave_with_parent():
    """The other end of our input closes when the test runner ends, however it ends."""
    sys.stdin.read()
    os._exit(0)


threading.Thread(target=leave_with_parent, daemon=True).start()

while True:
    connection, _ = listener.accept()
    try:
        converse(connection)
    except OSError:
        pass
    connection.close()
