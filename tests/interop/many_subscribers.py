#!/usr/bin/env python3
"""COUNT subscribers in one process: prints "dumped" when each has got its `complete`, "changed" when each has got an update after that.
With --stall they send the request, print "stalled", and never read. usage: many_subscribers.py SOCKET TOPIC COUNT [--stall]"""
import resource
import select
import socket
import sys

path, topic, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
resource.setrlimit(resource.RLIMIT_NOFILE, (4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
poll = select.poll()
sockets = {}
for _ in range(count):
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    sock.connect(path)
    sock.send(b"request " + topic.encode())
    sockets[sock.fileno()] = sock
    poll.register(sock, select.POLLIN)
if "--stall" in sys.argv:
    print("stalled", flush=True)
    sys.stdin.read()
    sys.exit(0)
for wanted, word in ((b"complete ", "dumped"), (b"update ", "changed")):
    waiting = set(sockets)
    while waiting:
        for fd, _ in poll.poll(20000):
            packet = sockets[fd].recv(65536)
            if not packet:
                sys.exit(f"{word}: ended")
            if packet.startswith(wanted):
                waiting.discard(fd)
    print(word, flush=True)
