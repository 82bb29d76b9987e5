"""What the sandbox says when it refuses, in the three languages of the interface.

Captured from Netvisor: the Finnish text about the unknown partner, the start of the Finnish MAC text, the English texts
about the keys and about a customer that is not found, and the prefix "Data form incorrect:." with its odd full stop.
Everything else is worded by us, because Netvisor publishes no list.
"""

#: key -> (English, Finnish, Swedish)
TEXTS = {
    "form": (
        "Data form incorrect:. {detail}",
        "Aineiston muoto on virheellinen:. {detail}",
        "Datans form är felaktig:. {detail}",
    ),
    # authentication
    "header_missing": (
        "Header {name} is missing or empty, see the documentation",
        "Otsake {name} puuttuu tai on tyhjä, katso dokumentaatio",
        "Rubriken {name} saknas eller är tom, se dokumentationen",
    ),
    "header_form": (
        "Header {name} is not valid: {value}",
        "Otsake {name} ei kelpaa: {value}",
        "Rubriken {name} är ogiltig: {value}",
    ),
    "partner": (
        "Integration partner not found, see the documentation",
        "Integraatiokumppania ei löydy, katso dokumentaatio",
        "Integrationspartnern hittades inte, se dokumentationen",
    ),
    "keys": (
        "Integration keys are not valid. Please check the keys specific to the user and partner.",
        "Integraatioavaimet eivät kelpaa. Tarkista käyttäjä- ja kumppanikohtaiset avaimet.",
        "Integrationsnycklarna är inte giltiga. Kontrollera användarens och partnerns nycklar.",
    ),
    "organisation": (
        "Organisation {organisation} not found or the user has no access to it",
        "Organisaatiota {organisation} ei löydy tai käyttäjällä ei ole siihen oikeutta",
        "Organisationen {organisation} hittades inte eller användaren saknar rätt till den",
    ),
    "mac": (
        "URI method is not valid, see the documentation. Use this string for calculating the MAC: ",
        "URI-metodi ei kelpaa, katso dokumentaatio. Käytä MAC-tiivisteen laskentaan merkkijonoa: ",
        "URI-metoden är ogiltig, se dokumentationen. Använd denna sträng för att beräkna MAC: ",
    ),
    "algorithm": (
        "MAC hash algorithm {value} is not supported",
        "MAC-tiivistealgoritmia {value} ei tueta",
        "MAC-algoritmen {value} stöds inte",
    ),
    "clock": (
        "Timestamp {value} differs too much from the time of the server: {server}",
        "Aikaleima {value} poikkeaa liikaa palvelimen ajasta: {server}",
        "Tidsstämpeln {value} avviker för mycket från serverns tid: {server}",
    ),
    "not_unique": (
        "TransactionId {value} has already been used",
        "TransactionId {value} on jo käytetty",
        "TransactionId {value} har redan använts",
    ),
    "right": (
        "No right to the interface resource {resource}",
        "Ei käyttöoikeutta rajapintaresurssiin {resource}",
        "Ingen rätt till gränssnittsresursen {resource}",
    ),
    "package": (
        "The interface resource {resource} is not included in the company's package",
        "Rajapintaresurssi {resource} ei sisälly yrityksen käyttöpakettiin",
        "Gränssnittsresursen {resource} ingår inte i företagets paket",
    ),
    # service
    "overlap": (
        "Another request of this company is being handled. Wait for its answer.",
        "Yrityksen toista pyyntöä käsitellään. Odota vastausta.",
        "En annan begäran för detta företag behandlas. Vänta på svaret.",
    ),
    "maintenance": (
        "Service break, please try again later",
        "Huoltokatko, yritä myöhemmin uudelleen",
        "Serviceavbrott, försök igen senare",
    ),
    "technical": ("Unexpected error", "Odottamaton virhe", "Oväntat fel"),
    # content
    "customer_unknown": (
        "Customer not found with Netvisor identifier: {key}",
        "Asiakasta ei löydy Netvisor-tunnisteella: {key}",
        "Kunden hittades inte med Netvisor-identifierare: {key}",
    ),
    "customer_code_unknown": (
        "Customer not found with code: {code}",
        "Asiakasta ei löydy koodilla: {code}",
        "Kunden hittades inte med koden: {code}",
    ),
    "customer_code_twice": (
        "Several customers have the code: {code}",
        "Usealla asiakkaalla on koodi: {code}",
        "Flera kunder har koden: {code}",
    ),
    "router": (
        "Invalid e-invoice router code (finvoiceroutercode): {code}",
        "Verkkolaskuoperaattorin tunnus (finvoiceroutercode) ei kelpaa: {code}",
        "E-fakturaoperatörens kod (finvoiceroutercode) är ogiltig: {code}",
    ),
    "product_unknown": (
        "Product not found with identifier: {key}",
        "Tuotetta ei löydy tunnisteella: {key}",
        "Produkten hittades inte med identifieraren: {key}",
    ),
    "account_unknown": (
        "Account not found with number: {number}",
        "Tiliä ei löydy numerolla: {number}",
        "Kontot hittades inte med nummer: {number}",
    ),
    "account_inactive": (
        "Account {number} is not active",
        "Tili {number} ei ole käytössä",
        "Konto {number} är inte aktivt",
    ),
    "invoice_unknown": (
        "Sales invoice not found with Netvisor identifier: {key}",
        "Myyntilaskua ei löydy Netvisor-tunnisteella: {key}",
        "Försäljningsfakturan hittades inte med Netvisor-identifierare: {key}",
    ),
    "dimension_unknown": (
        "Dimension item {item} of dimension {name} does not exist",
        "Laskentakohdetta {item} ei ole otsikolla {name}",
        "Dimensionsposten {item} finns inte i dimensionen {name}",
    ),
    "dimension_name_unknown": (
        "Dimension {name} does not exist",
        "Laskentakohdeotsikkoa {name} ei ole",
        "Dimensionen {name} finns inte",
    ),
    "dimension_father_unknown": (
        "Father dimension item {item} ({key}) does not exist",
        "Ylempää laskentakohdetta {item} ({key}) ei ole",
        "Den överordnade dimensionsposten {item} ({key}) finns inte",
    ),
    "dimension_father_below": (
        "Dimension item {item} is the item itself or below it",
        "Laskentakohde {item} on kohde itse tai sen alla",
        "Dimensionsposten {item} är posten själv eller under den",
    ),
    "duplicate_dimension_item": (
        "Dimension {name} already has the item {item}",
        "Otsikolla {name} on jo laskentakohde {item}",
        "Dimensionen {name} har redan posten {item}",
    ),
    "duplicate_customer": (
        "Customer code {code} is already in use",
        "Asiakaskoodi {code} on jo käytössä",
        "Kundkoden {code} används redan",
    ),
    "extended_products": (
        "The company uses extended product management: products cannot be updated through the interface",
        "Yrityksellä on käytössä laajennettu tuotehallinta: tuotteita ei voi päivittää rajapinnan kautta",
        "Företaget använder utökad produkthantering: produkter kan inte uppdateras via gränssnittet",
    ),
    "duplicate_product": (
        "Product code {code} is already in use",
        "Tuotekoodi {code} on jo käytössä",
        "Produktkoden {code} används redan",
    ),
    "duplicate_invoice": (
        "Sales invoice number {number} is already in use",
        "Myyntilaskun numero {number} on jo käytössä",
        "Försäljningsfakturans nummer {number} används redan",
    ),
    # the form of a message
    "element_unknown": (
        "Unknown element: {path}",
        "Tuntematon elementti: {path}",
        "Okänt element: {path}",
    ),
    "element_place": (
        "Element {path} is in the wrong place: it belongs before {before}",
        "Elementti {path} on väärässä paikassa: se kuuluu ennen elementtiä {before}",
        "Elementet {path} är på fel plats: det hör före {before}",
    ),
    "element_missing": (
        "Compulsory element is missing: {path}",
        "Pakollinen elementti puuttuu: {path}",
        "Obligatoriskt element saknas: {path}",
    ),
    "element_empty": (
        "Compulsory element is empty: {path}",
        "Pakollinen elementti on tyhjä: {path}",
        "Obligatoriskt element är tomt: {path}",
    ),
    "too_long": (
        "Value of {path} is too long: {length} characters, at most {most}",
        "Elementin {path} arvo on liian pitkä: {length} merkkiä, enintään {most}",
        "Värdet i {path} är för långt: {length} tecken, högst {most}",
    ),
    "value": (
        "Value of {path} is not valid ({expected}): {given}",
        "Elementin {path} arvo ei kelpaa ({expected}): {given}",
        "Värdet i {path} är ogiltigt ({expected}): {given}",
    ),
    "reference": (
        "salesinvoicereferencenumber is not a valid reference number: {given}",
        "Viitenumero ei kelpaa: {given}",
        "Referensnumret är ogiltigt: {given}",
    ),
    "address": (
        "Compulsory element is empty: root/salesinvoice/{name}",
        "Laskutusosoite puuttuu: root/salesinvoice/{name}",
        "Faktureringsadressen saknas: root/salesinvoice/{name}",
    ),
    "voucher_unknown": (
        "Voucher not found with Netvisor identifier: {key}",
        "Tositetta ei löydy Netvisor-tunnisteella: {key}",
        "Verifikatet hittades inte med Netvisor-identifierare: {key}",
    ),
    "voucher_invalid": (
        "Voucher {key} has been invalidated or deleted",
        "Tosite {key} on mitätöity tai poistettu",
        "Verifikatet {key} har makulerats eller raderats",
    ),
    "voucher_of_invoice": (
        "Voucher {key} belongs to sales invoice {invoice} and cannot be changed",
        "Tosite {key} kuuluu myyntilaskulle {invoice}, eikä sitä voi muuttaa",
        "Verifikatet {key} hör till försäljningsfaktura {invoice} och kan inte ändras",
    ),
    "voucher_class": (
        "Voucher class not found: {name}",
        "Tositelajia ei löydy: {name}",
        "Verifikatslaget hittades inte: {name}",
    ),
    "no_voucher": (
        "Sales invoice {key} has no voucher yet and cannot be matched",
        "Myyntilaskulla {key} ei ole vielä tositetta, eikä sitä voi kohdistaa",
        "Försäljningsfakturan {key} har inget verifikat ännu och kan inte matchas",
    ),
    "already_matched": (
        "Credit note {key} is already matched",
        "Hyvityslasku {key} on jo kohdistettu",
        "Kreditnotan {key} är redan matchad",
    ),
    "credit_too_large": (
        "Credit note {key} is larger ({amount}) than the open sum of {other} ({left})",
        "Hyvityslasku {key} on suurempi ({amount}) kuin laskun {other} avoin summa ({left})",
        "Kreditnotan {key} är större ({amount}) än den öppna summan för {other} ({left})",
    ),
    "total": (
        "Invoice total {given} differs from the total of the lines {computed}",
        "Laskun loppusumma {given} poikkeaa rivien summasta {computed}",
        "Fakturans totalsumma {given} avviker från radernas summa {computed}",
    ),
    "vat": (
        "VAT code {code} and percentage {percent} do not fit together",
        "Alv-tunnus {code} ja prosentti {percent} eivät sovi yhteen",
        "Momskoden {code} och procenten {percent} passar inte ihop",
    ),
    "locked": (
        "Date {date} is in a locked period (locked until {lock})",
        "Päivä {date} on lukitulla kaudella (lukittu {lock} saakka)",
        "Datumet {date} ligger i en låst period (låst till {lock})",
    ),
    "no_period": (
        "Date {date} is not in any accounting period",
        "Päivä {date} ei ole millään tilikaudella",
        "Datumet {date} ligger inte i någon räkenskapsperiod",
    ),
}

LANGUAGES = ("EN", "FI", "SE")


def text(language, key, /, **values):
    """The sentence ``key`` in ``language``; Finnish when the language is not one of the three."""
    position = LANGUAGES.index(language) if language in LANGUAGES else 1
    return TEXTS[key][position].format(**values)
