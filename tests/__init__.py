from . import test_sales_invoice_amounts
from . import test_tax
from . import test_customer
from . import test_operator
from . import test_product
from . import test_connection
from . import test_journal
