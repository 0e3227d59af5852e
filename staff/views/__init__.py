from .person import home, person

__all__ = ["home", "person"]
