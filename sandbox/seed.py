"""Many customers, products and dimension items at once: made up, Finnish, and the same every time.

Business ids have right check digits. As in real registers, some cards have no business id or code, some share a
business id (branches) or a name and a town with another, some are private persons, and some are not active any more.
"""

import random

from . import clock, dimensions


def _words(text):
    return tuple(text.split())


SURNAMES = _words(
    """Korhonen Virtanen Mäkinen Nieminen Mäkelä Hämäläinen Laine Heikkinen Koskinen Järvinen Lehtonen Lehtinen
    Saarinen Salminen Heinonen Niemi Heikkilä Salonen Kinnunen Turunen Salo Laitinen Tuominen Rantanen
    Karjalainen Jokinen Mattila Savolainen Lahtinen Ahonen Ojala Leppänen Väisänen Hiltunen Kallio Miettinen
    Leinonen Pitkänen Aaltonen Manninen Hakala Koivisto Anttila Laaksonen Hirvonen Räsänen Lindholm Öhman Åström"""
)
FIRST_NAMES = _words("""Aino Eero Helmi Ilmari Juhani Kaarina Lauri Maria Onni Pirkko Risto Sanna Tapio Ulla Väinö""")
BRANCHES = _words(
    """Rakennus Sähkö Putki Kuljetus Siivous Maalaamo Konepaja Puutyö Leipomo Kiinteistö Tilitoimisto Autokorjaamo
    Metalli Huolto Kauppa Ravintola Hoiva Suunnittelu Viher Painotalo"""
)
FORMS = ("Oy", "Oy", "Oy", "Oy Ab", "Ky", "Tmi", "ry")
STREETS = _words(
    """Kauppakatu Asematie Teollisuustie Koulukatu Rantatie Mäkitie Hämeentie Satamakatu Puistotie Kirkkotie"""
)
TOWNS = (
    *(("00100", "Helsinki"), ("00510", "Helsinki"), ("02100", "Espoo"), ("01300", "Vantaa"), ("33100", "Tampere")),
    *(("20100", "Turku"), ("90100", "Oulu"), ("40100", "Jyväskylä"), ("15110", "Lahti"), ("70100", "Kuopio")),
    *(("28100", "Pori"), ("80100", "Joensuu"), ("53100", "Lappeenranta"), ("65100", "Vaasa"), ("96100", "Rovaniemi")),
    *(("13100", "Hämeenlinna"), ("06100", "Porvoo"), ("50100", "Mikkeli"), ("22100", "Maarianhamina")),
)
OPERATORS = ("003721291126", "NDEAFIHH", "OKOYFIHH", "DABAFIHH", "003708599126")
GOODS = _words(
    """Asennustyö Huoltotyö Suunnittelutyö Kuljetus Rahti Ruuvi Mutteri Kaapeli Putki Lista Lauta Maali Laasti
    Lamppu Kytkin Hana Suodatin Laakeri Hihna Öljy Käsine Kypärä Kirja Lehti Kahvi Lounas Vuokra Lisenssi"""
)
UNITS = ("kpl", "h", "kg", "m", "m2", "l", "pkt")
#: percentage, out of how many: VAT of what ordinary companies sell
VAT = ("25.5",) * 8 + ("13.5", "10", "0")
DIMENSIONS = ("Projekti", "Kustannuspaikka", "Työmaa")


def business_id(number):
    """The business id with those seven digits, or None where no check digit exists."""
    digits = f"{number:07d}"
    rest = sum(int(digit) * weight for digit, weight in zip(digits, (7, 9, 10, 5, 8, 4, 2), strict=True)) % 11
    return None if rest == 1 else f"{digits}-{11 - rest if rest else 0}"


def _business_ids(dice):
    """Business ids, none twice, in no order."""
    # A step that shares no factor with the range visits every number once.
    number, step = dice.randrange(10**6), 611953
    while True:
        number = (number + step) % 10**6
        found = business_id(2000000 + number)
        if found:
            yield found


def ean(number):
    """The EAN-13 with those twelve digits."""
    digits = f"{number:012d}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return f"{digits}{-total % 10}"


def plant(books, customers=0, products=0, dimension_items=0, names=DIMENSIONS, seed=1):
    """Add so many of each; items are shared out among the dimensions called ``names``. Returns the counts."""
    stamp = clock.stamp()
    _customers(books, customers, random.Random(f"customers {seed}"), stamp)
    _products(books, products, random.Random(f"products {seed}"), stamp)
    _items(books, dimension_items, names, random.Random(f"items {seed}"), stamp)
    return {kind: books.count(kind) for kind in ("customer", "product", "dimension", "dimension_item")}


def _customers(books, count, dice, stamp):
    if not count:
        return
    ids, made, rows = _business_ids(dice), [], []
    for place, key in enumerate(books.next_keys("customer", count), start=1):
        fields = _person(dice) if dice.random() < 0.1 else _company(dice, next(ids), made)
        made.append(fields)
        code = f"{20000 + place}" if dice.random() > 0.03 else ""
        fields["isactive"] = "0" if dice.random() < 0.04 else "1"
        rows.append((key, {"code": code, "group": None, "dimensions": [], "fields": fields}, code))
    books.put_many("customer", rows, stamp)


def _address(dice):
    postcode, town = dice.choice(TOWNS)
    street = f"{dice.choice(STREETS)} {dice.randint(1, 99)}"
    return {"streetaddress": street, "postnumber": postcode, "city": town, "country": "FI"}


def _plain(text):
    return text.lower().translate(str.maketrans("åäö ", "aao-"))


def _person(dice):
    first, last = dice.choice(FIRST_NAMES), dice.choice(SURNAMES)
    mail = f"{_plain(first)}.{_plain(last)}@posti.example"
    return {"name": f"{last} {first}", "isprivatecustomer": "1", "email": mail, **_address(dice)}


def _company(dice, number, made):
    name = f"{dice.choice(BRANCHES)} {dice.choice(SURNAMES)} {dice.choice(FORMS)}"
    fields = {"name": name, "externalidentifier": number, "isprivatecustomer": "0", **_address(dice)}
    earlier = dice.choice(made) if made else {}
    chance = dice.random()
    if chance < 0.01 and earlier.get("externalidentifier"):
        fields.update(externalidentifier=earlier["externalidentifier"], nameextension=fields["city"])
    elif chance < 0.02 and earlier.get("isprivatecustomer") == "0":
        fields.update(name=earlier["name"], city=earlier["city"], postnumber=earlier["postnumber"])
    elif chance < 0.10:
        del fields["externalidentifier"]
    domain = f"{_plain(fields['name'])}.example"
    fields.update(email=f"info@{domain}", emailinvoicingaddress=f"laskut@{domain}" if dice.random() < 0.5 else "")
    if "externalidentifier" in fields and dice.random() < 0.7:
        ovt = "0037" + fields["externalidentifier"].replace("-", "")
        fields.update(finvoiceaddress=ovt, finvoiceroutercode=dice.choice(OPERATORS))
    return fields


def _products(books, count, dice, stamp):
    if not count:
        return
    rows = []
    for place, key in enumerate(books.next_keys("product", count), start=1):
        name, code = dice.choice(GOODS), f"T{place:05d}"
        fields = {
            "productcode": code,
            "productgroup": "Palvelut" if name.endswith("työ") else "Tavarat",
            "name": f"{name} {place}",
            "unitprice": f"{dice.randint(50, 50000) / 100:.2f}",
            "unit": "h" if name.endswith("työ") else dice.choice(UNITS),
            "isactive": "0" if dice.random() < 0.05 else "1",
            "issalesproduct": "1",
            "defaultvatpercentage": dice.choice(VAT),
            "defaultdomesticaccountnumber": dice.choice(("3000", "3010", "3020")),
        }
        if dice.random() < 0.7:
            fields["primaryeancode"] = ean(641000000000 + place)
        rows.append((key, {"code": code, "dimensions": [], "fields": fields, "price_type": "net"}, code))
    books.put_many("product", rows, stamp)


def _items(books, count, names, dice, stamp):
    """Groups of twenty: the first stands at the top and has a code, most of the others stand below it."""
    if not count:
        return
    found = [_dimension(books, name, stamp) for name in names]
    rows, tops = [], {}
    for place, key in enumerate(books.next_keys("dimension_item", count)):
        dimension, name = found[place % len(found)]
        number = place // len(found) + 1
        if number % 20 == 1:
            item = dimensions.blank_item(dimension, f"{dice.choice(TOWNS)[1]} {number}", code=f"{number:04d}")
            tops[dimension] = key
        else:
            father = tops[dimension] if dice.random() < 0.8 else 0
            item = dimensions.blank_item(dimension, f"{name[0]}-{number:05d}", father=father)
        item["hidden"] = dice.random() < 0.05
        rows.append((key, item, f"{dimension}:{dimensions.name_of(item)}"))
    books.put_many("dimension_item", rows, stamp)


def _dimension(books, name, stamp):
    key, _data = dimensions.find(books, name)
    if not key:
        key = books.next_key("dimension")
        books.put("dimension", key, dimensions.blank(name), name, stamp)
    return key, name
