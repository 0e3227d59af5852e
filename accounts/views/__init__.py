from .account import account_detail, account_list
from .lookup import account_lookup

__all__ = ["account_detail", "account_list", "account_lookup"]
