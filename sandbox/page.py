from .app import Reply


def serve(app, request):
    return Reply(200, b"soon", "text/plain")
