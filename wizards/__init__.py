from . import netvisor_connection_test
