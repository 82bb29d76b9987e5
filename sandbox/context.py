"""What a resource gets to work with: one request of one company, inside one transaction."""

import datetime

from . import clock
from .refusal import Invalid


class Context:
    """The request, the company's books and options; small questions that several resources ask."""

    def __init__(self, request, books, options, language, base):
        self.request = request
        self.books = books
        self.options = options
        self.language = language
        self.base = base  # the public address, for the Uri elements
        self.now = clock.now()
        self.remarks = []

    @property
    def stamp(self):
        return self.now.isoformat(timespec="milliseconds")

    def query(self, name, default=""):
        return self.request.query.get(name, default).strip()

    def flag(self, name):
        return self.query(name) == "1"

    def method(self):
        """add or edit; a missing or unknown one is refused."""
        method = self.query("method").lower()
        if method not in ("add", "edit"):
            raise Invalid(detail="Parameter method is missing or is neither add nor edit")
        return method

    def key(self, name, needed=True):
        """A numeric parameter."""
        value = self.query(name)
        if not value and not needed:
            return None
        if not value.isdigit():
            raise Invalid(detail=f"Parameter {name} is missing or not a number")
        return int(value)

    def keys(self, name, most):
        """A comma list of numbers."""
        parts = [part.strip() for part in self.query(name).split(",") if part.strip()]
        if not all(part.isdigit() for part in parts):
            raise Invalid(detail=f"Parameter {name} must be a comma list of numbers")
        if len(parts) > most:
            raise Invalid(detail=f"Parameter {name} may hold at most {most} values")
        return [int(part) for part in parts]

    def moment(self, name):
        """A date or a time as text that sorts, or an empty text."""
        value = self.query(name)
        if not value:
            return ""
        try:
            return datetime.datetime.fromisoformat(value).replace(tzinfo=None).isoformat()
        except ValueError:
            raise Invalid(detail=f"Parameter {name} is not a date or a time: {value}") from None

    def day(self, name):
        moment = self.moment(name)
        return moment[:10]

    def remark(self, words):
        """Something accepted that a careful client would not send; kept for the tests and the page."""
        self.books.violate("remark", words, self.stamp)

    def uri(self, resource, **parameters):
        query = "&".join(f"{name}={value}" for name, value in parameters.items())
        return f"{self.base}/{resource}?{query}"
