"""The registry: household, family (KK) and person apart; dated membership; surveys; registration; visits; imports; duplicates."""

from households.models.answers import AnswerFile, AnswerRow
from households.models.digest import FamilyDigest
from households.models.duplicates import (
    DuplicateCandidate,
    FormerEntry,
    FormerNik,
    Merge,
    NameWord,
    PersonKeys,
    SearchMark,
)
from households.models.events import CivilTask, NikCheck, RegistryEvent
from households.models.fieldcheck import FieldCheck, Revisit, RevisitSample
from households.models.household import DecileRecord, Family, FormerFamilyCard, Household
from households.models.imports import ImportAbsence, ImportConflict, ImportProgress, ImportRun, ImportSource
from households.models.meeting import Attendee, MeetingDecision, Paper, VillageMeeting
from households.models.objection import Objection
from households.models.person import Membership, Person
from households.models.photo import Photo
from households.models.registration import ExclusionFlag, Registration
from households.models.siks import SiksRow, SiksWorkbook
from households.models.survey import PersonAnswers, SurveyRound
from households.models.visit import Visit

__all__ = [
    "AnswerFile",
    "AnswerRow",
    "Attendee",
    "CivilTask",
    "DecileRecord",
    "DuplicateCandidate",
    "ExclusionFlag",
    "Family",
    "FamilyDigest",
    "FieldCheck",
    "FormerEntry",
    "FormerFamilyCard",
    "FormerNik",
    "Household",
    "ImportAbsence",
    "ImportConflict",
    "ImportProgress",
    "ImportRun",
    "ImportSource",
    "MeetingDecision",
    "Membership",
    "Merge",
    "NameWord",
    "NikCheck",
    "Objection",
    "Paper",
    "Person",
    "PersonAnswers",
    "PersonKeys",
    "Photo",
    "Registration",
    "RegistryEvent",
    "Revisit",
    "RevisitSample",
    "SearchMark",
    "SiksRow",
    "SiksWorkbook",
    "SurveyRound",
    "VillageMeeting",
    "Visit",
]
