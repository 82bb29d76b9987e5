"""Where things lie. Everything that is downloaded or generated is under GROUND."""

import sys
from pathlib import Path

MODULE = "account_netvisor"
ROOT = Path(__file__).resolve().parents[2]
GROUND = ROOT / ".ground"

STAMPS = GROUND / "stamps"
LOGS = GROUND / "logs"
VENV = GROUND / "venv"
VENV_PYTHON = VENV / "bin" / "python"
ADDONS = GROUND / "addons"
ODOO_PACKAGE = GROUND / "odoo"
ODOO_LAUNCHER = GROUND / "bin" / "odoo"
ODOO_CONF = GROUND / "odoo.conf"
DATA_DIR = GROUND / "data"
REQUIREMENTS = ROOT / "dev" / "requirements.txt"

if not (3, 10) <= sys.version_info[:2] <= (3, 13):
    sys.exit(f"Odoo 19 needs Python 3.10 to 3.13; {sys.executable} is {sys.version.split()[0]}.")
