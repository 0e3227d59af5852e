"""Key accounts: who they are, who looks after them, what they buy, what was said and decided."""

from .account import Account, BusinessType, Kind, Standing, StandingOrigin, Tier
from .agreement import Agreement, AgreementKind, AgreementStatus, Capacity
from .agreement_parts import (
    AgreementFile,
    AgreementNote,
    AgreementObligation,
    FileKind,
    NoteKind,
    Side,
)
from .agreement_template import AgreementTemplate
from .assignment import Assignment, AssignmentKind
from .attachment import Attachment
from .contact_person import ContactPerson, ContactRole
from .duplicate import AccountMerge, DuplicatePair, DuplicateReason, Identification
from .handover import HandoverLine, HandoverOrigin
from .interaction import Channel, Correction, Direction, Feedback, FeedbackKind, Interaction
from .judgement import Confirmation, InformationGroup, Judgement
from .ledger import (
    HeaderMapping,
    ImportProgress,
    ImportStatus,
    LedgerExport,
    LedgerImport,
    OnError,
    RowVerdict,
    SalesCoverage,
    SalesLine,
    StagedImpact,
    StagedRow,
)
from .saved_view import SavedView
from .tier_policy import JudgedPer, PolicyState, PolicyStatus, TierBand, TierPolicy
from .tier_round import RoundStatus, TierRound, TierRoundLine
from .tiering import DecisionOrigin, ProposalStatus, TierDecision, TierProposal
from .volume import AnnualVolume, MonthlyVolume, VolumeBasis, VolumeSource

__all__ = [
    "Account",
    "AccountMerge",
    "Agreement",
    "AgreementFile",
    "AgreementKind",
    "AgreementNote",
    "AgreementObligation",
    "AgreementStatus",
    "AgreementTemplate",
    "AnnualVolume",
    "Assignment",
    "AssignmentKind",
    "Attachment",
    "BusinessType",
    "Capacity",
    "Channel",
    "Confirmation",
    "ContactPerson",
    "ContactRole",
    "Correction",
    "DecisionOrigin",
    "Direction",
    "DuplicatePair",
    "DuplicateReason",
    "Feedback",
    "FeedbackKind",
    "FileKind",
    "HandoverLine",
    "HandoverOrigin",
    "HeaderMapping",
    "Identification",
    "ImportProgress",
    "ImportStatus",
    "InformationGroup",
    "Interaction",
    "JudgedPer",
    "Judgement",
    "Kind",
    "LedgerExport",
    "LedgerImport",
    "MonthlyVolume",
    "NoteKind",
    "OnError",
    "PolicyState",
    "PolicyStatus",
    "ProposalStatus",
    "RoundStatus",
    "RowVerdict",
    "SalesCoverage",
    "SalesLine",
    "SavedView",
    "Side",
    "StagedImpact",
    "StagedRow",
    "Standing",
    "StandingOrigin",
    "Tier",
    "TierBand",
    "TierDecision",
    "TierPolicy",
    "TierProposal",
    "TierRound",
    "TierRoundLine",
    "VolumeBasis",
    "VolumeSource",
]
