#!/usr/bin/env python3
"""Another program's live SEQPACKET socket: listens on PATH and answers every request with "hello foreign false" until it is told a line; then it unlinks.
With --stale it binds, prints and ends without unlinking. usage: foreign_socket.py PATH [--stale]"""
import os
import socket
import sys
import threading

sock = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
sock.bind(sys.argv[1])
sock.listen(8)
print("listening", flush=True)
if "--stale" in sys.argv:
    os._exit(0)


def serve():
    while True:
        connection, _ = sock.accept()
        if connection.recv(256):
            connection.send(b"hello foreign false")
        connection.close()


threading.Thread(target=serve, daemon=True).start()
sys.stdin.readline()
os.unlink(sys.argv[1])
