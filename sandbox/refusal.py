"""The one exception of the sandbox: what Netvisor would answer instead of doing it."""

from .texts import text

#: Code -> HTTP status, used only when the request asks for status numbers. The mapping is not published; this is the
#: guess of the interface description, section 3.4, and a client may not rely on it.
HTTP_STATUS = {
    "AUTHENTICATION_FAILED": 401,
    "SERVICE_ACCESS_ERROR": 403,
    "INVALID_DATA": 400,
    "INVALID_DATA_SIZE": 400,
    "PERIOD_LOCK": 400,
    "DUPLICATE_DATA": 409,
    "REQUEST_NOT_UNIQUE": 409,
    "SYSTEM_MAINTENANCE": 503,
    "TECHNICAL_ERROR": 500,
}


class Refusal(Exception):
    """A FAILED answer: a code, and a sentence that is put into the language of the request when it is written."""

    def __init__(self, error, sentence=None, raw=None, **values):
        super().__init__(error, sentence, raw, values)
        self.code = error
        self.key = sentence
        self.raw = raw  # a text given literally (faults, hints)
        self.values = values  # for the sentence; may well be called code or key
        self.literal_xml = False  # True: written without escaping (the captured MAC hint)

    def words(self, language):
        if self.raw is not None:
            return self.raw
        return text(language, self.key, **self.values)

    @property
    def http_status(self):
        return HTTP_STATUS.get(self.code, 400)


class Invalid(Refusal):
    """INVALID_DATA with the prefix that Netvisor puts before remarks about the message."""

    def __init__(self, sentence=None, detail=None, error="INVALID_DATA", **values):
        super().__init__(error, sentence, detail, **values)

    def words(self, language):
        return text(language, "form", detail=super().words(language))
