"""The registry: household, family (KK) and person apart; dated membership; surveys; registration; visits; imports."""

from households.models.events import CivilTask, NikCheck, RegistryEvent
from households.models.household import DecileRecord, Family, FormerFamilyCard, Household
from households.models.imports import ImportConflict, ImportRun
from households.models.person import Membership, Person
from households.models.photo import Photo
from households.models.registration import Registration
from households.models.survey import PersonAnswers, SurveyRound
from households.models.visit import Visit

__all__ = [
    "CivilTask",
    "DecileRecord",
    "Family",
    "FormerFamilyCard",
    "Household",
    "ImportConflict",
    "ImportRun",
    "Membership",
    "NikCheck",
    "Person",
    "PersonAnswers",
    "Photo",
    "Registration",
    "RegistryEvent",
    "SurveyRound",
    "Visit",
]
