"""Key accounts: who they are, who looks after them, what they buy, what was said and decided."""

from .account import Account, BusinessType, Kind, Standing, Tier
from .assignment import Assignment, AssignmentKind
from .attachment import Attachment
from .contact_person import ContactPerson, ContactRole
from .duplicate import AccountMerge, DuplicatePair, Identification
from .interaction import Channel, Correction, Direction, Feedback, FeedbackKind, Interaction
from .judgement import Confirmation, InformationGroup, Judgement
from .saved_view import SavedView
from .volume import AnnualVolume, MonthlyVolume, VolumeBasis, VolumeSource

__all__ = [
    "Account",
    "AccountMerge",
    "AnnualVolume",
    "Assignment",
    "AssignmentKind",
    "Attachment",
    "BusinessType",
    "Channel",
    "Confirmation",
    "ContactPerson",
    "ContactRole",
    "Correction",
    "Direction",
    "DuplicatePair",
    "Feedback",
    "FeedbackKind",
    "Identification",
    "InformationGroup",
    "Interaction",
    "Judgement",
    "Kind",
    "MonthlyVolume",
    "SavedView",
    "Standing",
    "Tier",
    "VolumeBasis",
    "VolumeSource",
]
