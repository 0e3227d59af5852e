from .account import account_detail, account_list

__all__ = ["account_detail", "account_list"]
