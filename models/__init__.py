from . import netvisor_binding
from . import netvisor_call
from . import netvisor_document
from . import netvisor_feed
from . import netvisor_kind
from . import res_company
from . import res_company_connection
