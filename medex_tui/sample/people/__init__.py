"""The sixteen people of the sample practice, each a short story that ends around `now`."""

from __future__ import annotations

from medex_tui.sample.diary import Diary, Ids
from medex_tui.sample.people.abara import abara
from medex_tui.sample.people.bell import bell
from medex_tui.sample.people.chen import chen
from medex_tui.sample.people.desk import FrontDesk
from medex_tui.sample.people.discharged import okonkwo, washington
from medex_tui.sample.people.fischer import fischer
from medex_tui.sample.people.haddad import haddad
from medex_tui.sample.people.hicks import hicks
from medex_tui.sample.people.kim import kim
from medex_tui.sample.people.lindqvist import lindqvist
from medex_tui.sample.people.nguyen import nguyen
from medex_tui.sample.people.novak import novak
from medex_tui.sample.people.oneil import oneil
from medex_tui.sample.people.petrov import petrov
from medex_tui.sample.people.ramos import ramos
from medex_tui.sample.people.smith import smith
from medex_tui.sample.story import Story


def stories(diary: Diary, ids: Ids, owner: str) -> list[Story]:
    """Everyone, in the order of today's list and then the rest; `owner` is the login of who sees most of them."""
    desk = FrontDesk(diary, ids, owner)
    tellers = (
        hicks, ramos, chen, abara, novak, smith, haddad, bell,
        nguyen, oneil, fischer, lindqvist, okonkwo, washington, petrov, kim,
    )  # fmt: skip
    return [tell(desk) for tell in tellers]
