"""Tables of codes: countries, currencies, VAT, e-invoice operators."""

import datetime
from decimal import Decimal


def _words(text):
    return frozenset(text.split())


COUNTRIES = _words(
    """AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR
    BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM
    DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR
    GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI
    KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN
    MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG
    PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN
    SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY
    UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW"""
)
COUNTRY_NAMES = {
    "FI": "Finland",
    "SE": "Sweden",
    "NO": "Norway",
    "EE": "Estonia",
    "DE": "Germany",
    "DK": "Denmark",
    "FR": "France",
    "GB": "United Kingdom",
    "US": "United States",
    "NL": "Netherlands",
    "CH": "Switzerland",
}

CURRENCIES = _words(
    """AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP
    BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP
    GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY
    KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP
    MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR
    RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT
    TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW
    ZWL"""
)

#: Codes accepted on input (interface description, section 5.1), and those that exist with zero per cent only.
VAT_CODES = _words(
    """NONE KOMY KOMY0 EUMY EUPM312 EUPM309 EUUM MUUL RAMY KOOS EUOS EUPO EUUO RAOS MAAL KAVE 100
    EVTO EVPO EVKV EVRO EVMA"""
)
VAT_SALES = _words("NONE KOMY KOMY0 EUMY EUPM312 EUPM309 EUUM MUUL RAMY KAVE")
VAT_ZERO = _words("NONE KOMY0 EUMY EUPM312 EUPM309 EUUM RAMY KAVE 100")
#: What Netvisor writes instead when it answers (section 5.1, output spelling).
VAT_OUTPUT = {"NONE": "-", "100": "100%", "KAVE": "KÄVE"}

_FIRST, _LAST = datetime.date.min, datetime.date.max
#: Percentage -> the dates in which it is the law. Outside them it is accepted with a remark in the log (8.12).
VAT_PERCENTAGES = {
    Decimal("0"): (_FIRST, _LAST),
    Decimal("10"): (_FIRST, _LAST),
    Decimal("13.5"): (datetime.date(2026, 1, 1), _LAST),
    Decimal("14"): (_FIRST, datetime.date(2025, 12, 31)),
    Decimal("24"): (_FIRST, datetime.date(2024, 8, 31)),
    Decimal("25.5"): (datetime.date(2024, 9, 1), _LAST),
}


def vat_fits(code, percent):
    """Whether Netvisor would take the percentage with the code."""
    if percent not in VAT_PERCENTAGES:
        return False
    return not (code in VAT_ZERO and percent)


def vat_in_force(percent, date):
    first, last = VAT_PERCENTAGES[percent]
    return first <= date <= last


#: Ids and aliases of e-invoice operators and banks (section 6.2). Not Netvisor's own list: nobody outside has that.
OPERATORS = _words(
    """003723327487 BAWCFI22 003705925424 BWEI 003703575029 5909000716438 CREDIFLOW ROUTTY UTMOST
    885790000000418 00885790000000418 INEXCHANGE EXPSYS 003721291126 MAVENTA 003726044706
    003717203971 003708599126 E204503 003723609900 PAGERO PALETTE 003710948874 FI28768767
    003701150617 003714377140 003714756079 003701011385 885060259470028 00885060259470028
    FIYAPSOL 003722207029 HELSFIHH DABAFIHH DNBAFIHX HANDFIHH NDEAFIHH OKOYFIHH POPFFI22
    SBANFIHH TAPIFI22 ITELFIHH 003722319362 AABAFI22"""
)
