from .login import LoginForm, OwnPasswordForm
from .person import DeactivationForm, PersonForm, ProfileForm

__all__ = ["DeactivationForm", "LoginForm", "OwnPasswordForm", "PersonForm", "ProfileForm"]
