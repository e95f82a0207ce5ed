"""The registry: household, family (KK) and person apart; dated membership; surveys; registration; visits; imports; duplicates."""

from households.models.duplicates import DuplicateCandidate, Merge, PersonKeys
from households.models.household import DecileRecord, Family, FormerFamilyCard, Household
from households.models.imports import ImportConflict, ImportRun
from households.models.person import Membership, Person
from households.models.registration import Registration
from households.models.survey import PersonAnswers, SurveyRound
from households.models.visit import Visit

__all__ = [
    "DecileRecord",
    "DuplicateCandidate",
    "Family",
    "FormerFamilyCard",
    "Household",
    "ImportConflict",
    "ImportRun",
    "Membership",
    "Merge",
    "Person",
    "PersonAnswers",
    "PersonKeys",
    "Registration",
    "SurveyRound",
    "Visit",
]
