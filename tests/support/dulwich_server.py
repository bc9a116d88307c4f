"""dulwich's own Git server, on the listening socket that is our standard input; serves every
repository below the folder that the first argument names."""

import logging
import os
import socket
import sys

from dulwich.repo import Repo
from dulwich.server import Backend
from dulwich.web import WSGIRequestHandlerLogger, WSGIServerLogger, make_wsgi_chain


class Folder(Backend):
    def __init__(self, folder):
        self.folder = folder

    def open_repository(self, path):
        return Repo(os.path.join(self.folder, path.strip("/")))


class InheritedServer(WSGIServerLogger):
    def server_bind(self):
        self.socket.close()
        self.socket = socket.socket(fileno=0)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = self.server_address
        self.setup_environ()

    def server_activate(self):
        pass  # it listens already


def main():
    logging.basicConfig()
    server = InheritedServer(("127.0.0.1", 0), WSGIRequestHandlerLogger)
    server.set_app(make_wsgi_chain(Folder(sys.argv[1])))
    server.serve_forever()


main()
