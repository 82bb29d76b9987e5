from . import netvisor_cancel
from . import netvisor_connection_test
from . import netvisor_customer_choice
from . import netvisor_einvoice_review
from . import netvisor_mapping_accept
from . import netvisor_period
from . import netvisor_reset
